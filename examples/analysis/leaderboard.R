# A lab's leaderboard as a data frame, one row a model and benchmark. Needs the package jsonlite.
#   Rscript examples/analysis/leaderboard.R
library(jsonlite)

api <- Sys.getenv("STOCKPOT_API", "http://127.0.0.1:4000")
query <- 'query { leaderboard(lab: "demo", first: 100) {
  columns { id name role n }
  edges { node { rank model { name kind } scores { benchmark n top1 low high spent } } } } }'

body <- tempfile(fileext = ".json")
writeLines(toJSON(list(query = query), auto_unbox = TRUE), body)
answer <- system2("curl", c("-sS", "-H", "content-type:application/json", "--data-binary", paste0("@", body),
  paste0(api, "/graphql")), stdout = TRUE)
board <- fromJSON(paste(answer, collapse = "\n"), simplifyVector = FALSE)
if (!is.null(board$errors)) stop(board$errors[[1]]$message)
board <- board$data$leaderboard

names_of <- setNames(sapply(board$columns, `[[`, "name"), sapply(board$columns, `[[`, "id"))
scores <- do.call(rbind, lapply(board$edges, function(edge) {
  do.call(rbind, lapply(Filter(Negate(is.null), edge$node$scores), function(score) {
    data.frame(model = edge$node$model$name, kind = edge$node$model$kind, benchmark = names_of[[score$benchmark]],
      n = score$n, top1 = score$top1, low = score$low, high = score$high, spent = score$spent)
  }))
}))
print(scores, row.names = FALSE)
