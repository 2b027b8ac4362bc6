# What R says of the data in data/. Prints: data set, statistic, part, value.
suppressPackageStartupMessages({
  library(psych); library(multilevel); library(lavaan); library(boot); library(effectsize)
})
args <- commandArgs(FALSE)
here <- dirname(normalizePath(sub("^--file=", "", args[grep("^--file=", args)])))
data <- function(name, ...) read.csv(file.path(here, "data", paste0(name, ".csv")), ...)
say <- function(set, statistic, part, value) cat(sprintf("%s\t%s\t%s\t%.17g\n", set, statistic, part, value), sep = "")
numbers <- function(text) suppressWarnings(as.numeric(strsplit(text, " ")[[1]]))

# Scores.
scores <- data("scores")$score
test <- t.test(scores)
say("scores", "mean", c("value", "low", "high"), c(test$estimate, test$conf.int))
say("scores", "sd", "value", sd(scores))
parts <- data("parts")
for (i in seq_len(nrow(parts))) with(parts[i, ], {
  set <- paste0("parts_", i)
  variance <- (squares - sum^2 / n) / (n - 1)
  reach <- qt(.975, n - 1) * sqrt(variance / n)
  say(set, "mean", c("value", "low", "high"), sum / n + c(0, -reach, reach))
  say(set, "sd", "value", sqrt(variance))
})

# The bootstrap, with the means that are kept in data/.
drawn <- boot(scores, function(x, i) mean(x[i]), R = 2000)
drawn$t <- matrix(data("drawn")$mean)
ends <- boot.ci(drawn, type = c("perc", "bca"), L = scores - mean(scores))
say("scores", "bootstrap_percentile", c("low", "high"), ends$percent[4:5])
say("scores", "bootstrap_bca", c("low", "high"), ends$bca[4:5])

# Items. Above 400 000 degrees of freedom qf gives the quantile of another distribution, so qbeta stands for it.
f_quantile <- function(p, upper, lower) {
  x <- qbeta(p, upper / 2, lower / 2)
  lower * x / (upper * (1 - x))
}
feldt <- function(alpha, n, k, p) 1 - (1 - alpha) * f_quantile(p, n - 1, (n - 1) * (k - 1))
omega_ml <- function(r, n) {
  fitted <- function(opt) factanal(covmat = r, n.obs = n, factors = 1, control = list(lower = 1e-4, opt = opt))
  f <- tryCatch(fitted(list(factr = 1, pgtol = 0)), error = function(e) fitted(list()))
  l <- unclass(f$loadings)[, 1]
  sum(l)^2 / (sum(l)^2 + sum(f$uniquenesses))
}
omega_lavaan <- function(z) {
  f <- suppressWarnings(cfa(paste("f =~", paste(names(z), collapse = " + ")), z, std.lv = TRUE,
    optim.force.converged = TRUE, control = list(rel.tol = 1e-15, x.tol = 1e-15, abs.tol = 0)))
  e <- lavInspect(f, "est")
  sum(e$lambda)^2 / (sum(e$lambda)^2 + sum(diag(e$theta)))
}
for (set in c("items_core", "items_three", "items_weak", "items_small")) {
  all <- data(set)
  x <- all[complete.cases(all), ]
  k <- ncol(x)
  n <- nrow(x)
  a <- suppressWarnings(psych::alpha(x, warnings = FALSE))
  value <- a$total$raw_alpha
  say(set, "alpha", c("value", "low", "high"), c(value, feldt(value, n, k, .975), feldt(value, n, k, .025)))
  say(set, "alpha_if_dropped", seq_len(k), a$alpha.drop$raw_alpha)
  say(set, "item_rest", seq_len(k), a$item.stats$r.drop)
  if (set != "items_small") { # A Heywood case: each program gives another figure there.
    say(set, "omega", "factanal", omega_ml(cor(x), n))
    say(set, "omega", "lavaan", omega_lavaan(as.data.frame(scale(x))))
    l <- fa(cor(x), nfactors = 1, n.obs = n, fm = "ml")$loadings[, 1]
    say(set, "omega", "psych", sum(l)^2 / (sum(l)^2 + sum(1 - l^2)))
  }
  points <- if (set == "items_weak") 7 else 5
  say(set, "r_wg_j", "complete", rwg.j.lindell(x, rep(1, n), ranvar = (points^2 - 1) / 12)$rwg.lindell)
}
alphas <- data("alphas")
for (i in seq_len(nrow(alphas))) with(alphas[i, ], {
  say(paste0("alphas_", i), "alpha", c("low", "high"), feldt(alpha, persons, items, c(.975, .025)))
})

# Counts of answers.
layer <- function(occupied) {
  k <- length(occupied)
  s <- sum(occupied)
  if (s == 1) return(1)
  if (s == k) return(0)
  patterns <- combn(k, 3, function(places) paste(as.integer(occupied[places]), collapse = ""))
  tu <- sum(patterns %in% c("110", "011"))
  tdu <- sum(patterns == "101")
  u <- ((k - 2) * tu - (k - 1) * tdu) / ((k - 2) * (tu + tdu))
  u * (1 - (s - 1) / (k - 1))
}
agreement <- function(counts) {
  n <- sum(counts)
  a <- 0
  while (any(counts > 0)) {
    occupied <- counts > 0
    least <- min(counts[occupied])
    a <- a + least * sum(occupied) / n * layer(occupied)
    counts[occupied] <- counts[occupied] - least
  }
  a
}
sets <- data("counts")$counts
for (i in seq_along(sets)) {
  set <- paste0("counts_", i)
  counts <- numbers(sets[i])
  k <- length(counts)
  x <- rep(seq_len(k), counts)
  say(set, "agreement", "value", agreement(counts))
  say(set, "polarisation", "value", (1 - agreement(counts)) / 2)
  say(set, "r_wg", "value", rwg(x, rep(1, length(x)), ranvar = (k^2 - 1) / 12)$rwg)
  p <- counts / sum(counts)
  say(set, "esteban_ray", "value", sum(outer(p^2.3, p) * abs(outer(1:k, 1:k, "-"))) / (2 * .5^3.3 * (k - 1)))
  if (sum(counts > 0) > 1) {
    n <- length(x)
    b <- (psych::skew(x, type = 2)^2 + 1) / (psych::kurtosi(x, type = 2) + 3 * (n - 1)^2 / ((n - 2) * (n - 3)))
    say(set, "bimodality", "value", b)
  }
}

# Groups.
groups <- data("groups")
model <- aov(score ~ factor(group), groups)
say("groups", "icc1", "value", ICC1(model))
say("groups", "icc2", "value", ICC2(model))

# Pairs.
for (set in c("pairs_many", "pairs_few")) with(data(set), {
  test <- t.test(after, before, paired = TRUE)
  say(set, "change", c("value", "low", "high"), c(test$estimate, test$conf.int))
  say(set, "d_z", "value", cohens_d(after, before, paired = TRUE, verbose = FALSE)$Cohens_d)
  m <- length(before) - 1
  j <- exp(lgamma(m / 2) - lgamma((m - 1) / 2)) / sqrt(m / 2)
  say(set, "d_av", "value", j * mean(after - before) / ((sd(before) + sd(after)) / 2))
})
retests <- data("retests")
for (i in seq_len(nrow(retests))) with(retests[i, ], {
  say(paste0("retests_", i), "reliable_change", "value", (after - before) / (sqrt(2) * sem))
  say(paste0("retests_", i), "mdc95", "value", 1.96 * sqrt(2) * sem)
})

# How one person answered.
conduct <- data("conduct")
for (i in seq_len(nrow(conduct))) {
  set <- paste0("conduct_", i)
  answers <- numbers(conduct$answers[i])
  given <- answers[!is.na(answers)]
  coded <- ifelse(is.na(answers), -seq_along(answers), answers)
  runs <- rle(coded)
  longest <- max(runs$lengths[runs$values >= 0])
  share <- mean(numbers(conduct$milliseconds[i]) < 2000)
  pattern <- length(given) >= 10 && (2 * longest >= length(given) || sd(given) < .2)
  pace <- share >= .5
  say(set, "longstring", "value", longest)
  say(set, "irv", "value", sd(given))
  say(set, "page_time", "value", share)
  say(set, "two_signs", "value", pattern + pace)
}
