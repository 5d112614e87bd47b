"""What is wrong with an installation, and what to do. Looks and changes nothing; the operator's command shows it."""
