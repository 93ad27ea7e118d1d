"""Pixels to claims: engines, tracking, rules, evidence."""
