# The figures of an evaluation, by R's own packages: Rscript comparison.R FOLDER
# Reads what test_comparison_with_r.py writes into the folder, and writes r.csv beside it.

suppressPackageStartupMessages({
  library(cluster)
  library(fpc)
  library(mclust)
})
setwd(commandArgs(trailingOnly = TRUE)[1])
matrix_of <- function(name) as.matrix(read.csv(name, header = FALSE))
numbers_of <- function(name) scan(name, quiet = TRUE)
figures <- list()

space <- matrix_of("space.csv")
for (name in c("kmeans", "noise")) {
  labels <- numbers_of(paste0(name, ".csv"))
  found <- labels >= 0
  points <- space[found, ]
  own <- labels[found] + 1
  distances <- dist(points)
  seen <- summary(silhouette(own, distances))
  figures[[paste(name, "silhouette")]] <- seen$avg.width
  figures[[paste(name, "silhouette_macro")]] <- mean(seen$clus.avg.widths)
  for (segment in seq_along(seen$clus.avg.widths))
    figures[[paste(name, "silhouette of", segment - 1)]] <- seen$clus.avg.widths[[segment]]
  figures[[paste(name, "inertia")]] <- cluster.stats(distances, own)$within.cluster.ss
  figures[[paste(name, "calinski_harabasz")]] <- calinhara(points, own)
}

# Row 1: segments of all customers; every other row: those of a resample, NA where not drawn.
resamples <- matrix_of("resamples.csv")
original <- resamples[1, ]
best <- sapply(2:nrow(resamples), function(draw) {
  drawn <- !is.na(resamples[draw, ])
  new <- resamples[draw, drawn]
  sapply(sort(unique(original)), function(segment)
    max(sapply(unique(new), function(other)
      clujaccard(original[drawn] == segment, new == other))))
})
for (segment in seq_len(nrow(best))) {
  figures[[paste("stability of", segment - 1)]] <- mean(best[segment, ])
  figures[[paste("dissolved of", segment - 1)]] <- mean(best[segment, ] <= 0.5)
}
worst <- best[which.min(rowMeans(best)), ]
figures[["stability_min"]] <- mean(worst)
figures[["stability_mean"]] <- mean(best)
figures[["stability_min_se"]] <- sd(worst) / sqrt(length(worst))

for (model in c("VVV", "EEE")) {
  seen <- matrix_of(paste0(model, "_space.csv"))
  weights <- numbers_of(paste0(model, "_weights.csv"))
  groups <- length(weights)
  covariances <- array(numbers_of(paste0(model, "_covariances.csv")), c(ncol(seen), ncol(seen), groups))
  # Symmetric and positive, so that the order of rows and columns is one.
  variance <- list(modelName = "VVV", d = ncol(seen), G = groups, sigma = covariances)
  variance$cholsigma <- array(apply(covariances, 3, chol), dim(covariances))
  parameters <- list(
    pro = weights, mean = t(matrix_of(paste0(model, "_means.csv"))), variance = variance
  )
  likelihood <- sum(dens(seen, "VVV", parameters = parameters, logarithm = TRUE))
  # mclust's is the higher, the better.
  figures[[paste("bic", model)]] <- -bic(model, likelihood, nrow(seen), ncol(seen), groups)
}

figures[["adjusted_rand"]] <- adjustedRandIndex(numbers_of("kmeans.csv"), numbers_of("gmm.csv"))

write.csv(
  data.frame(figure = names(figures), value = format(unlist(figures), digits = 17)),
  "r.csv", row.names = FALSE, quote = FALSE
)
