"""Encoded pictures as the cameras sent them: kept for a moment, laid out for browsers and files, never decoded here."""
