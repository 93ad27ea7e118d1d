"""The only package that knows outside formats: cameras and feeds become frames and reports."""
