"""Sample notices: one real (its text), one invented series, and the means to print them as DOCX and PDF."""
