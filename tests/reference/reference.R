# Computes again every figure of expected.json that a test reads, and prints the largest difference per figure.
# Run in this folder: Rscript reference.R   (Debian: r-base-core, r-cran-ordinal, r-cran-coin, r-cran-survey, r-cran-jsonlite)
suppressMessages({library(ordinal); library(coin); library(survey); library(jsonlite)})
expected <- fromJSON("expected.json", simplifyVector = TRUE)
off <- 0
same <- function(name, ours, theirs, tol) {
  gap <- max(abs(as.numeric(unlist(ours)) - as.numeric(unlist(theirs))))
  if (gap > tol) off <<- off + 1
  cat(sprintf("%-45s %.1e%s\n", name, gap, if (gap > tol) "  DIFFERS" else ""))
}
slopes <- function(fit) coef(fit)[names(fit$beta)]
se <- function(fit) sqrt(diag(vcov(fit)))[names(fit$beta)]
switched <- function(fit, data, column, from, to) {       # average marginal effect of a two-valued predictor
  share <- function(value) {
    data[[column]] <- value
    colMeans(predict(fit, newdata = data, type = "prob")$fit)
  }
  share(to) - share(from)
}
wine <- read.csv("wine.csv"); want <- expected$wine_clm
wine$rating <- factor(wine$rating, ordered = TRUE)
wine$temp <- factor(wine$temp, c("cold", "warm")); wine$contact <- factor(wine$contact, c("no", "yes"))
full <- clm(rating ~ temp + contact, data = wine)
same("wine_clm coef", slopes(full), want$coef, want$tol)
same("wine_clm se", se(full), want$se, want$tol)
same("wine_clm thresholds", full$alpha, want$thresholds, want$tol)
same("wine_clm loglik", logLik(full), want$loglik, want$tol)
same("wine_clm AIC", AIC(full), want$AIC, want$tol)
ratio <- anova(full, clm(rating ~ temp * contact, data = wine))
printed <- c(ratio$LR.stat[2], ratio$df[2], ratio$`Pr(>Chisq)`[2])
same("wine_clm LR_interaction", printed, want$LR_interaction, 5e-6)
predictors <- wine[c("temp", "contact")]
same("wine_clm ame temp", switched(full, predictors, "temp", factor("cold", c("cold", "warm")), factor("warm", c("cold", "warm"))),
     want$ame[[1]], want$tol)
same("wine_clm ame contact", switched(full, predictors, "contact", factor("no", c("no", "yes")), factor("yes", c("no", "yes"))),
     want$ame[[2]], want$tol)

housing <- read.csv("housing.csv", stringsAsFactors = TRUE); want <- expected$housing_polr
housing$Sat <- factor(housing$Sat, c("Low", "Medium", "High"), ordered = TRUE)
housing$Infl <- factor(housing$Infl, c("Low", "Medium", "High"))
housing$Type <- factor(housing$Type, c("Tower", "Apartment", "Atrium", "Terrace"))
housing$Cont <- factor(housing$Cont, c("Low", "High"))
house <- clm(Sat ~ Infl + Type + Cont, weights = Freq, data = housing)
same("housing_polr coef", slopes(house), want$coef, want$tol)
same("housing_polr se", se(house), want$se, want$tol)
same("housing_polr thresholds", house$alpha, want$thresholds, want$tol)
same("housing_polr deviance", -2 * logLik(house), want$deviance, want$tol)
dropped <- function(term) {
  less <- update(house, paste(". ~ . -", term))
  c(2 * (logLik(house) - logLik(less)), length(house$beta) - length(less$beta))
}
same("housing_polr dropterm_LR", sapply(names(want$dropterm_LR), dropped), want$dropterm_LR, want$tol)

ucla <- read.csv("ologit_ucla.csv"); want <- expected$ucla_ologit
ucla$apply <- factor(ucla$apply, c("unlikely", "somewhat likely", "very likely"), ordered = TRUE)
fit <- clm(apply ~ pared + public + gpa, data = ucla)
same("ucla_ologit coef", slopes(fit), want$coef, want$tol)
same("ucla_ologit se", se(fit), want$se, want$tol)
same("ucla_ologit thresholds", fit$alpha, want$thresholds, want$tol)
same("ucla_ologit loglik", logLik(fit), want$loglik, want$tol)
predictors <- ucla[c("pared", "public", "gpa")]
for (column in names(want$ame)) same(paste("ucla_ologit ame", column), switched(fit, predictors, column, 0, 1), want$ame[[column]], want$tol)

endometrial <- read.csv("endometrial.csv"); want <- expected$endometrial_firth
x <- model.matrix(~ NV + PI + EH, endometrial); beta <- rep(0, 4)
for (i in 1:200) {                                        # Firth (1993): brglm2, the source, is not in Debian
  p <- as.numeric(plogis(x %*% beta)); w <- p * (1 - p)
  information <- t(x) %*% (x * w)
  leverage <- w * rowSums((x %*% solve(information)) * x)
  step <- solve(information, t(x) %*% (endometrial$HG - p + leverage * (0.5 - p)))
  beta <- beta + as.numeric(step) * min(1, 1 / max(abs(step)))
}
same("endometrial_firth coef", beta, want$coef, want$tol)
plain <- suppressWarnings(glm(HG ~ NV + PI + EH, family = binomial, data = endometrial))
cat(sprintf("endometrial_firth ml_NV_diverges: glm has %.2f, SE %.0f; expected.json: %s\n",
            coef(plain)[["NV"]], sqrt(vcov(plain)["NV", "NV"]), want$ml_NV_diverges))

jobs <- read.csv("jobsatisfaction.csv"); want <- expected$jobsatisfaction
jobs$Income <- factor(jobs$Income, c("<5000", "5000-15000", "15000-25000", ">25000"), ordered = TRUE)
levels <- c("Very Dissatisfied", "A Little Satisfied", "Moderately Satisfied", "Very Satisfied")
jobs$Job.Satisfaction <- factor(jobs$Job.Satisfaction, levels, ordered = TRUE)
jobs$Gender <- factor(jobs$Gender)
test <- lbl_test(Job.Satisfaction ~ Income | Gender, data = jobs, weights = ~ Freq)
same("jobsatisfaction lbl_Z", statistic(test), want$lbl_Z, want$tol)
same("jobsatisfaction lbl_p", pvalue(test), want$lbl_p, want$tol)

schools <- read.csv("apisrs.csv"); want <- expected$survey_poststratified
schools$high <- as.numeric(schools$api00 >= 700)
population <- data.frame(stype = names(want$population), Freq = unlist(want$population))
weighted <- postStratify(svydesign(~1, weights = ~pw, fpc = ~fpc, data = schools), ~stype, population)
for (column in c("api00", "high")) {
  found <- svymean(reformulate(column), weighted)
  same(paste("survey_poststratified", column), c(coef(found), SE(found)), want[[paste0("mean_", column)]], want$tol)
}
same("survey_poststratified kish", sum(weights(weighted))^2 / sum(weights(weighted)^2), want$kish, 1e-6)

want <- expected$mcnemar_agresti
same("mcnemar_agresti exact_p", binom.test(150, 236)$p.value, want$exact_p, want$tol)

pneumo <- read.csv("pneumo.csv"); want <- expected$pneumo # VGAM, the source, models P(Y >= k): other sign
long <- data.frame(time = rep(log(pneumo$exposure.time), 3), y = factor(rep(1:3, each = nrow(pneumo)), ordered = TRUE),
                   n = unlist(pneumo[c("normal", "mild", "severe")]))
fit <- clm(y ~ time, weights = n, data = long)
same("pneumo coef", c(-fit$alpha, fit$beta), want$coef, want$tol)
counts <- as.matrix(pneumo[c("normal", "mild", "severe")])
grouped <- logLik(fit) + sum(lgamma(rowSums(counts) + 1)) - sum(lgamma(counts + 1))
same("pneumo loglik_note", grouped, sub("grouped loglik ", "", want$loglik_note), 1e-7)
if (off) stop(off, " figures differ")
