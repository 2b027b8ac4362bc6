# @OF@
# Computes the figures of `kohesi stats` again, from the file that `kohesi export --format csv` writes:
#   Rscript figures.R data.csv
# Base R alone. A line a figure: what of, which statistic, value, lower and upper end of its 95 % interval, n.
# Bootstrap intervals are drawn by R's own generator, so they agree with kohesi's only about.

items <- read.table(header = TRUE, colClasses = c("character", "integer", "logical"), text = "
key points reversed
@ITEMS@")
told <- read.table(header = TRUE, colClasses = c("character", "integer", "numeric", "numeric", "character"), text = "
scale points min_answered sem items
@SCALES@")
scales <- lapply(seq_len(nrow(told)), function(i) {
  scale <- as.list(told[i, ])
  scale$items <- strsplit(scale$items, ",")[[1]]
  scale
})
names(scales) <- told$scale
workshop <- "@WORKSHOP@"  # all where it is empty
not_applicable <- -99

path <- commandArgs(trailingOnly = TRUE)[1]
d <- read.csv(path, check.names = FALSE, fileEncoding = "UTF-8-BOM", colClasses = "character")
if (workshop != "") d <- d[d$workshop == workshop, ]
raw <- as.data.frame(lapply(items$key, function(key) suppressWarnings(as.integer(d[[key]]))))
names(raw) <- items$key
applies_not <- !is.na(raw) & raw == not_applicable
for (i in seq_len(nrow(items))) raw[[i]][!(raw[[i]] %in% seq_len(items$points[i]))] <- NA
keyed <- raw
for (i in which(items$reversed)) keyed[[i]] <- items$points[i] + 1 - keyed[[i]]

say <- function(of, statistic, value, low = NA, high = NA, n = NA)
  if (length(value) == 1 && is.finite(value))
    cat(of, statistic, format(value, digits = 17), format(low, digits = 17), format(high, digits = 17), n, sep = "\t", fill = FALSE, "\n")

mean_sd <- function(of, x) {
  x <- x[!is.na(x)]; n <- length(x)
  reach <- qt(.975, n - 1) * sd(x) / sqrt(n)
  say(of, "mean", mean(x), mean(x) - reach, mean(x) + reach, n)
  say(of, "sd", sd(x), n = n)
}
alpha_of <- function(X) {
  k <- ncol(X)
  k / (k - 1) * (1 - sum(apply(X, 2, var)) / var(rowSums(X)))
}
say_alpha <- function(of, statistic, X) {
  a <- alpha_of(X); n <- nrow(X); k <- ncol(X)
  say(of, statistic, a, 1 - (1 - a) * qf(.975, n - 1, (n - 1) * (k - 1)), 1 - (1 - a) * qf(.025, n - 1, (n - 1) * (k - 1)), n)
}
agreement <- function(counts) {
  K <- length(counts); N <- sum(counts); A <- 0
  while (any(counts > 0)) {
    occupied <- counts > 0; least <- min(counts[occupied]); S <- sum(occupied)
    U <- if (S == 1) 1 else if (S == K) 0 else {
      triples <- combn(K, 3); p <- matrix(occupied[triples], nrow = 3)
      TU <- sum((p[1, ] & p[2, ] & !p[3, ]) | (!p[1, ] & p[2, ] & p[3, ])); TDU <- sum(p[1, ] & !p[2, ] & p[3, ])
      ((K - 2) * TU - (K - 1) * TDU) / ((K - 2) * (TU + TDU))
    }
    A <- A + S * least / N * U * (1 - (S - 1) / (K - 1))
    counts[occupied] <- counts[occupied] - least
  }
  A
}
chance <- function(K) (K^2 - 1) / 12

for (i in seq_len(nrow(items))) {
  of <- items$key[i]; x <- raw[[i]][!is.na(raw[[i]])]; K <- items$points[i]; n <- length(x)
  if (n < 2) next
  counts <- tabulate(x, K); p <- counts / n
  mean_sd(of, x)
  say(of, "agreement", agreement(counts), n = n)
  say(of, "polarisation", (1 - agreement(counts)) / 2, n = n)
  say(of, "r_wg", max(0, 1 - var(x) / chance(K)), n = n)
  m <- mean(x); m2 <- mean((x - m)^2); g1 <- mean((x - m)^3) / m2^1.5; g2 <- mean((x - m)^4) / m2^2 - 3
  G <- g1 * sqrt(n * (n - 1)) / (n - 2); kurtosis <- (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * g2 + 6)
  say(of, "bimodality", (G^2 + 1) / (kurtosis + 3 * (n - 1)^2 / ((n - 2) * (n - 3))), n = n)
  far <- abs(outer(seq_len(K), seq_len(K), "-"))
  say(of, "esteban_ray", sum(outer(p^2.3, p) * far) / (2 * .5^3.3 * (K - 1)), n = n)
}

for (of in names(scales)) {
  s <- scales[[of]]; X <- as.matrix(keyed[s$items]); K <- s$points
  answered <- rowSums(!is.na(X)); applicable <- ncol(X) - rowSums(applies_not[, s$items, drop = FALSE])
  needed <- if (is.na(s$min_answered)) ceiling(2 * applicable / 3) else s$min_answered
  score <- ifelse(applicable > 0 & answered >= needed, 100 * (rowMeans(X, na.rm = TRUE) - 1) / (K - 1), NA)
  mean_sd(of, score)
  whole <- X[answered == ncol(X), , drop = FALSE]
  if (nrow(whole) > 2 && ncol(X) > 1) {
    say_alpha(of, "alpha", whole)
    for (i in seq_len(ncol(X))) {
      if (of != "total") {
        if (ncol(X) > 2) say_alpha(s$items[i], "alpha_if_dropped", whole[, -i, drop = FALSE])
        say(s$items[i], "item_rest", suppressWarnings(cor(whole[, i], rowSums(whole[, -i, drop = FALSE]))), n = nrow(whole))
      }
    }
    fit <- try(factanal(whole, 1, control = list(nstart = 5)), silent = TRUE)
    if (!inherits(fit, "try-error") && fit$converged)
      say(of, "omega", sum(fit$loadings)^2 / (sum(fit$loadings)^2 + sum(fit$uniquenesses)), n = nrow(whole))
  }
  say(of, "r_wg_j", 1 - mean(apply(as.matrix(raw[s$items]), 2, var, na.rm = TRUE)) / chance(K), n = min(colSums(!is.na(X))))
  say(of, "mdc95", 1.96 * sqrt(2) * s$sem, n = 0)
  here <- !is.na(score) & !is.na(d$workshop) & d$workshop != ""
  if (length(unique(d$workshop[here])) > 1) {
    a <- anova(lm(score[here] ~ factor(d$workshop[here]))); B <- a[1, 3]; W <- a[2, 3]
    groups <- length(unique(d$workshop[here])); size <- sum(here) / groups
    say(of, "icc1", (B - W) / (B + (size - 1) * W), n = groups)
    say(of, "icc2", (B - W) / B, n = groups)
  }
  x <- score[!is.na(score)]
  if (length(x) > 1) {
    set.seed(1); means <- replicate(2000, mean(sample(x, replace = TRUE))); ends <- quantile(means, c(.025, .975))
    say(of, "bootstrap_percentile", mean(x), ends[1], ends[2], length(x))
  }
}
