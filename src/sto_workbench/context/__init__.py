"""Regional context: from public files, by declared measures, to one table with source, level and interval."""
