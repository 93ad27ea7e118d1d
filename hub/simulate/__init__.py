"""The sources of the demo: 110 calls, grid reports, disputes and petitions with a county's mix, lags and mistakes."""
