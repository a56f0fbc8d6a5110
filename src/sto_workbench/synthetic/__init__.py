"""Made waves that meet the published margins exactly, with a planted truth."""
