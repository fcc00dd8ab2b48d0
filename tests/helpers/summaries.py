"""A segment as a report shows it."""

from segmentation.report.segment_summary import SegmentSummary

SEGMENT = SegmentSummary(
    segment=0,
    name="champions",
    rule="revenue in quintile 4 to 5",
    evidence="median 8,088 of revenue",
    action="retain",
    base="revenue 5,678,892",
    customers=700,
    customer_share=0.16,
    revenue=5.7e6,
    revenue_share=0.64,
    stability=0.95,
    dissolved_share=0.0,
    recent_buyer_share=0.3,
)
