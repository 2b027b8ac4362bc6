# Writes data of R packages into the folder given, for a test alone, and prints what R says of them: data set, statistic,
# part, value. The packages' licences do not let the data be kept here.
suppressPackageStartupMessages({
  library(psych); library(multilevel); library(lavaan)
})
folder <- commandArgs(TRUE)[1]
say <- function(set, statistic, part, value) cat(sprintf("%s\t%s\t%s\t%.17g\n", set, statistic, part, value), sep = "")
keep <- function(name, table) write.csv(table, file.path(folder, paste0(name, ".csv")), row.names = FALSE, quote = FALSE)

# Whole numbers that stand for the same answers.
whole <- function(x) {
  steps <- 1:1000
  fits <- sapply(steps, function(step) all(abs(x * step - round(x * step)) < 1e-4))
  round(x * steps[which(fits)[1]])
}
items <- function(name, x) {
  keep(name, x)
  a <- psych::alpha(x, warnings = FALSE)
  say(name, "alpha", "value", a$total$raw_alpha)
  say(name, "item_rest", seq_len(ncol(x)), a$item.stats$r.drop)
  say(name, "alpha_if_dropped", seq_len(ncol(x)), a$alpha.drop$raw_alpha)
  l <- suppressWarnings(fa(cor(x), nfactors = 1, n.obs = nrow(x), fm = "ml"))$loadings[, 1]
  say(name, "omega", "psych", sum(l)^2 / (sum(l)^2 + sum(1 - l^2)))
}
x <- psych::bfi[, paste0("A", 1:5)]
x$A1 <- 7 - x$A1
items("bfi", x[complete.cases(x), ])
data(HolzingerSwineford1939, package = "lavaan")
items("HolzingerSwineford1939", as.data.frame(lapply(HolzingerSwineford1939[, paste0("x", 1:9)], whole)))
data(bh1996, package = "multilevel")
hours <- data.frame(group = as.integer(factor(bh1996$GRP)) - 1, score = whole(bh1996$HRS))
keep("bh1996", hours)
model <- aov(HRS ~ as.factor(GRP), bh1996)
say("bh1996", "icc1", "value", ICC1(model))
say("bh1996", "icc2", "value", ICC2(model))
