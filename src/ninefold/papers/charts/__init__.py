"""Charts: numbers over time and between bounds, drawn with their uncertainty. No pie, no gauge, no third dimension."""
