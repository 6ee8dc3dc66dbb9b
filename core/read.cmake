# Projections and read models.
