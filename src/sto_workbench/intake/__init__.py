"""From a questionnaire export to validated answers."""
