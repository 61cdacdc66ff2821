//! Figures from the history of deals: hazards, survival, funnel, forecast, stall odds and lead scores.
