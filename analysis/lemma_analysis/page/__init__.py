"""The report's page: its HTML, style and scripts, all put into one file."""
