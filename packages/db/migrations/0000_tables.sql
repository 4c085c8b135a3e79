CREATE TYPE "public"."actor_type" AS ENUM('user', 'token', 'worker', 'system', 'anonymous');--> statement-breakpoint
CREATE TYPE "public"."split_role" AS ENUM('train', 'selection', 'test', 'shift', 'unlabeled');--> statement-breakpoint
CREATE TYPE "public"."visibility" AS ENUM('private', 'public');--> statement-breakpoint
CREATE TYPE "public"."role" AS ENUM('viewer', 'member', 'maintainer', 'owner');--> statement-breakpoint
CREATE TYPE "public"."model_kind" AS ENUM('stock', 'ingredient', 'soup', 'ensemble');--> statement-breakpoint
CREATE TYPE "public"."recipe_format" AS ENUM('yaml', 'json');--> statement-breakpoint
CREATE TYPE "public"."run_status" AS ENUM('queued', 'running', 'succeeded', 'failed', 'cancelled');--> statement-breakpoint
CREATE TYPE "public"."step_kind" AS ENUM('dataset', 'benchmark', 'pretrain', 'probe', 'finetune', 'soup', 'evaluate');--> statement-breakpoint
CREATE TYPE "public"."step_status" AS ENUM('waiting', 'running', 'succeeded', 'reused', 'failed', 'cancelled');--> statement-breakpoint
CREATE TYPE "public"."worker_status" AS ENUM('alive', 'dead');--> statement-breakpoint
CREATE TABLE "artifacts" (
	"lab_id" text NOT NULL,
	"id" text NOT NULL,
	"hash" text NOT NULL,
	"bytes" bigint NOT NULL,
	"media_type" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "artifacts_lab_id_id_pk" PRIMARY KEY("lab_id","id"),
	CONSTRAINT "artifacts_id_unique" UNIQUE("id"),
	CONSTRAINT "artifacts_hash" UNIQUE("lab_id","hash"),
	CONSTRAINT "artifacts_id" CHECK ("artifacts"."id" ~ '^(art)_[0-7][0-9a-hjkmnp-tv-z]{25}$'),
	CONSTRAINT "artifacts_hash_format" CHECK ("artifacts"."hash" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "artifacts_bytes" CHECK ("artifacts"."bytes" >= 0)
);
--> statement-breakpoint
ALTER TABLE "artifacts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "step_outputs" (
	"lab_id" text NOT NULL,
	"key" text NOT NULL,
	"output" text NOT NULL,
	"artifact_id" text NOT NULL,
	CONSTRAINT "step_outputs_lab_id_key_output_pk" PRIMARY KEY("lab_id","key","output"),
	CONSTRAINT "step_outputs_output" CHECK (char_length("step_outputs"."output") between 1 and 64)
);
--> statement-breakpoint
ALTER TABLE "step_outputs" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "step_results" (
	"lab_id" text NOT NULL,
	"key" text NOT NULL,
	"kind" "step_kind" NOT NULL,
	"summary" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "step_results_lab_id_key_pk" PRIMARY KEY("lab_id","key"),
	CONSTRAINT "step_results_key" CHECK ("step_results"."key" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
ALTER TABLE "step_results" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "audit_log" (
	"id" text PRIMARY KEY NOT NULL,
	"lab_id" text,
	"verb" text NOT NULL,
	"actor_type" "actor_type" NOT NULL,
	"actor_id" text,
	"object" text,
	"details" jsonb NOT NULL,
	"request_id" text,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "audit_log_id" CHECK ("audit_log"."id" ~ '^(audit)_[0-7][0-9a-hjkmnp-tv-z]{25}$')
);
--> statement-breakpoint
ALTER TABLE "audit_log" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"user_id" text NOT NULL,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp (3) with time zone,
	"refresh_token_expires_at" timestamp (3) with time zone,
	"scope" text,
	"password" text,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"config_id" text DEFAULT 'default' NOT NULL,
	"name" text,
	"start" text,
	"reference_id" text NOT NULL,
	"prefix" text,
	"key" text NOT NULL,
	"refill_interval" integer,
	"refill_amount" integer,
	"last_refill_at" timestamp (3) with time zone,
	"enabled" boolean DEFAULT true,
	"rate_limit_enabled" boolean DEFAULT true,
	"rate_limit_time_window" integer DEFAULT 86400000,
	"rate_limit_max" integer DEFAULT 10,
	"request_count" integer DEFAULT 0,
	"remaining" integer,
	"last_request" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"permissions" text,
	"metadata" text
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"token" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"user_id" text NOT NULL,
	CONSTRAINT "sessions_token_unique" UNIQUE("token")
);
--> statement-breakpoint
CREATE TABLE "administrators" (
	"user_id" text PRIMARY KEY NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "users_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "verifications" (
	"id" text PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "benchmarks" (
	"lab_id" text NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"split_id" text NOT NULL,
	"role" "split_role" NOT NULL,
	"n" integer NOT NULL,
	"protocol_hash" text NOT NULL,
	"corruptions" text[],
	"severities" integer[],
	"artifact_id" text NOT NULL,
	"step_key" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "benchmarks_lab_id_id_pk" PRIMARY KEY("lab_id","id"),
	CONSTRAINT "benchmarks_id_unique" UNIQUE("id"),
	CONSTRAINT "benchmarks_step_key" UNIQUE("lab_id","step_key"),
	CONSTRAINT "benchmarks_role" UNIQUE("lab_id","id","role"),
	CONSTRAINT "benchmarks_id" CHECK ("benchmarks"."id" ~ '^(bench)_[0-7][0-9a-hjkmnp-tv-z]{25}$'),
	CONSTRAINT "benchmarks_name" CHECK (char_length("benchmarks"."name") between 1 and 200),
	CONSTRAINT "benchmarks_n" CHECK ("benchmarks"."n" > 0),
	CONSTRAINT "benchmarks_grid" CHECK (("benchmarks"."corruptions" is null) = ("benchmarks"."severities" is null)),
	CONSTRAINT "benchmarks_protocol_hash" CHECK ("benchmarks"."protocol_hash" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "benchmarks_step_key_format" CHECK ("benchmarks"."step_key" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
ALTER TABLE "benchmarks" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "datasets" (
	"lab_id" text NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"content_hash" text NOT NULL,
	"classes" integer NOT NULL,
	"image" integer[] NOT NULL,
	"artifact_id" text NOT NULL,
	"step_key" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "datasets_lab_id_id_pk" PRIMARY KEY("lab_id","id"),
	CONSTRAINT "datasets_id_unique" UNIQUE("id"),
	CONSTRAINT "datasets_step_key" UNIQUE("lab_id","step_key"),
	CONSTRAINT "datasets_id" CHECK ("datasets"."id" ~ '^(ds)_[0-7][0-9a-hjkmnp-tv-z]{25}$'),
	CONSTRAINT "datasets_name" CHECK (char_length("datasets"."name") between 1 and 200),
	CONSTRAINT "datasets_content_hash" CHECK ("datasets"."content_hash" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "datasets_step_key_format" CHECK ("datasets"."step_key" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "datasets_classes" CHECK ("datasets"."classes" >= 0),
	CONSTRAINT "datasets_image" CHECK (cardinality("datasets"."image") = 3 and 0 < all ("datasets"."image"))
);
--> statement-breakpoint
ALTER TABLE "datasets" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "splits" (
	"lab_id" text NOT NULL,
	"id" text NOT NULL,
	"dataset_id" text NOT NULL,
	"name" text NOT NULL,
	"role" "split_role" NOT NULL,
	"n" integer NOT NULL,
	"content_hash" text NOT NULL,
	CONSTRAINT "splits_lab_id_id_pk" PRIMARY KEY("lab_id","id"),
	CONSTRAINT "splits_id_unique" UNIQUE("id"),
	CONSTRAINT "splits_name" UNIQUE("lab_id","dataset_id","name"),
	CONSTRAINT "splits_role" UNIQUE("lab_id","id","role"),
	CONSTRAINT "splits_id" CHECK ("splits"."id" ~ '^(split)_[0-7][0-9a-hjkmnp-tv-z]{25}$'),
	CONSTRAINT "splits_name_length" CHECK (char_length("splits"."name") between 1 and 200),
	CONSTRAINT "splits_n" CHECK ("splits"."n" > 0),
	CONSTRAINT "splits_content_hash" CHECK ("splits"."content_hash" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
ALTER TABLE "splits" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "evaluations" (
	"lab_id" text NOT NULL,
	"id" text NOT NULL,
	"model_id" text NOT NULL,
	"model_kind" "model_kind" NOT NULL,
	"benchmark_id" text NOT NULL,
	"role" "split_role" NOT NULL,
	"spent" boolean NOT NULL,
	"n" integer NOT NULL,
	"top1" double precision NOT NULL,
	"nll" double precision NOT NULL,
	"ece" double precision NOT NULL,
	"brier" double precision NOT NULL,
	"cell_corruption" text[],
	"cell_severity" integer[],
	"cell_n" integer[],
	"cell_top1" double precision[],
	"mean_corruption_error" double precision,
	"examples" integer NOT NULL,
	"correct" "bytea" NOT NULL,
	"forward_passes" bigint NOT NULL,
	"seconds" double precision NOT NULL,
	"step_key" text NOT NULL,
	"run_id" text,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "evaluations_lab_id_id_pk" PRIMARY KEY("lab_id","id"),
	CONSTRAINT "evaluations_id_unique" UNIQUE("id"),
	CONSTRAINT "evaluations_once" UNIQUE("lab_id","model_id","benchmark_id"),
	CONSTRAINT "evaluations_id" CHECK ("evaluations"."id" ~ '^(eval)_[0-7][0-9a-hjkmnp-tv-z]{25}$'),
	CONSTRAINT "evaluations_n" CHECK ("evaluations"."n" > 0),
	CONSTRAINT "evaluations_top1" CHECK ("evaluations"."top1" between 0 and 1),
	CONSTRAINT "evaluations_ece" CHECK ("evaluations"."ece" between 0 and 1),
	CONSTRAINT "evaluations_brier" CHECK ("evaluations"."brier" between 0 and 2),
	CONSTRAINT "evaluations_nll" CHECK ("evaluations"."nll" >= 0),
	CONSTRAINT "evaluations_cells" CHECK (cardinality("evaluations"."cell_corruption") is not distinct from cardinality("evaluations"."cell_severity") and cardinality("evaluations"."cell_corruption") is not distinct from cardinality("evaluations"."cell_n") and cardinality("evaluations"."cell_corruption") is not distinct from cardinality("evaluations"."cell_top1")),
	CONSTRAINT "evaluations_cell_top1" CHECK ("evaluations"."cell_top1" is null or (0 <= all ("evaluations"."cell_top1") and 1 >= all ("evaluations"."cell_top1"))),
	CONSTRAINT "evaluations_cell_n" CHECK ("evaluations"."cell_n" is null or 0 < all ("evaluations"."cell_n")),
	CONSTRAINT "evaluations_correct" CHECK (octet_length("evaluations"."correct") = ("evaluations"."examples" + 7) / 8),
	CONSTRAINT "evaluations_examples" CHECK ("evaluations"."examples" >= "evaluations"."n"),
	CONSTRAINT "evaluations_forward_passes" CHECK ("evaluations"."forward_passes" >= 0),
	CONSTRAINT "evaluations_seconds" CHECK ("evaluations"."seconds" >= 0),
	CONSTRAINT "evaluations_step_key" CHECK ("evaluations"."step_key" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
ALTER TABLE "evaluations" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "labs" (
	"id" text PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"visibility" "visibility" DEFAULT 'private' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "labs_slug_unique" UNIQUE("slug"),
	CONSTRAINT "labs_id" CHECK ("labs"."id" ~ '^(lab)_[0-7][0-9a-hjkmnp-tv-z]{25}$'),
	CONSTRAINT "labs_slug" CHECK ("labs"."slug" ~ '^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$'),
	CONSTRAINT "labs_name" CHECK (char_length("labs"."name") between 1 and 120)
);
--> statement-breakpoint
ALTER TABLE "labs" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "memberships" (
	"lab_id" text NOT NULL,
	"user_id" text NOT NULL,
	"role" "role" NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "memberships_lab_id_user_id_pk" PRIMARY KEY("lab_id","user_id")
);
--> statement-breakpoint
ALTER TABLE "memberships" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "stockpot_meta" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"schema_version" integer NOT NULL,
	"code_version" text NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "stockpot_meta_one_row" CHECK ("stockpot_meta"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "metric_chunks" (
	"lab_id" text NOT NULL,
	"series_id" text NOT NULL,
	"attempt" integer NOT NULL,
	"first_step" bigint NOT NULL,
	"steps" bigint[] NOT NULL,
	"values" double precision[] NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "metric_chunks_lab_id_series_id_attempt_first_step_pk" PRIMARY KEY("lab_id","series_id","attempt","first_step"),
	CONSTRAINT "metric_chunks_lengths" CHECK (cardinality("metric_chunks"."steps") = cardinality("metric_chunks"."values") and cardinality("metric_chunks"."steps") > 0),
	CONSTRAINT "metric_chunks_first_step" CHECK ("metric_chunks"."steps"[1] = "metric_chunks"."first_step" and "metric_chunks"."first_step" >= 0),
	CONSTRAINT "metric_chunks_attempt" CHECK ("metric_chunks"."attempt" > 0)
);
--> statement-breakpoint
ALTER TABLE "metric_chunks" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "metric_series" (
	"lab_id" text NOT NULL,
	"id" text NOT NULL,
	"step_id" text NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "metric_series_lab_id_id_pk" PRIMARY KEY("lab_id","id"),
	CONSTRAINT "metric_series_id_unique" UNIQUE("id"),
	CONSTRAINT "metric_series_name" UNIQUE("lab_id","step_id","name"),
	CONSTRAINT "metric_series_id" CHECK ("metric_series"."id" ~ '^(series)_[0-7][0-9a-hjkmnp-tv-z]{25}$'),
	CONSTRAINT "metric_series_name_length" CHECK (char_length("metric_series"."name") between 1 and 200)
);
--> statement-breakpoint
ALTER TABLE "metric_series" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "ensembles" (
	"lab_id" text NOT NULL,
	"id" text NOT NULL,
	"kind" "model_kind" DEFAULT 'ensemble' NOT NULL,
	"method" text NOT NULL,
	CONSTRAINT "ensembles_lab_id_id_pk" PRIMARY KEY("lab_id","id"),
	CONSTRAINT "ensembles_kind" CHECK ("ensembles"."kind" = 'ensemble')
);
--> statement-breakpoint
ALTER TABLE "ensembles" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "ingredients" (
	"lab_id" text NOT NULL,
	"id" text NOT NULL,
	"kind" "model_kind" DEFAULT 'ingredient' NOT NULL,
	"algorithm" text NOT NULL,
	"hyperparameters" jsonb NOT NULL,
	"seed" bigint NOT NULL,
	CONSTRAINT "ingredients_lab_id_id_pk" PRIMARY KEY("lab_id","id"),
	CONSTRAINT "ingredients_kind" CHECK ("ingredients"."kind" = 'ingredient')
);
--> statement-breakpoint
ALTER TABLE "ingredients" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "soup_coefficients" (
	"lab_id" text NOT NULL,
	"soup_id" text NOT NULL,
	"position" integer NOT NULL,
	"ingredient_id" text NOT NULL,
	"coefficient" double precision NOT NULL,
	CONSTRAINT "soup_coefficients_lab_id_soup_id_position_pk" PRIMARY KEY("lab_id","soup_id","position"),
	CONSTRAINT "soup_coefficients_position" CHECK ("soup_coefficients"."position" >= 0),
	CONSTRAINT "soup_coefficients_range" CHECK ("soup_coefficients"."coefficient" between 0 and 1)
);
--> statement-breakpoint
ALTER TABLE "soup_coefficients" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "soup_trace" (
	"lab_id" text NOT NULL,
	"soup_id" text NOT NULL,
	"round" integer NOT NULL,
	"candidate_id" text NOT NULL,
	"score" double precision NOT NULL,
	"best" double precision NOT NULL,
	"accepted" boolean NOT NULL,
	"members" integer NOT NULL,
	"n" integer NOT NULL,
	CONSTRAINT "soup_trace_lab_id_soup_id_round_pk" PRIMARY KEY("lab_id","soup_id","round"),
	CONSTRAINT "soup_trace_round" CHECK ("soup_trace"."round" >= 0),
	CONSTRAINT "soup_trace_scores" CHECK ("soup_trace"."score" between 0 and 1 and "soup_trace"."best" between 0 and 1),
	CONSTRAINT "soup_trace_members" CHECK ("soup_trace"."members" > 0),
	CONSTRAINT "soup_trace_n" CHECK ("soup_trace"."n" > 0)
);
--> statement-breakpoint
ALTER TABLE "soup_trace" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "soups" (
	"lab_id" text NOT NULL,
	"id" text NOT NULL,
	"kind" "model_kind" DEFAULT 'soup' NOT NULL,
	"method" text NOT NULL,
	"parameters" jsonb NOT NULL,
	"accept_rule" text,
	"selection_benchmark_id" text,
	"selection_n" integer,
	CONSTRAINT "soups_lab_id_id_pk" PRIMARY KEY("lab_id","id"),
	CONSTRAINT "soups_kind" CHECK ("soups"."kind" = 'soup'),
	CONSTRAINT "soups_accept_rule" CHECK ("soups"."accept_rule" in ('>=', '>')),
	CONSTRAINT "soups_selection" CHECK (("soups"."selection_benchmark_id" is null) = ("soups"."selection_n" is null)),
	CONSTRAINT "soups_selection_n" CHECK ("soups"."selection_n" > 0)
);
--> statement-breakpoint
ALTER TABLE "soups" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "stocks" (
	"lab_id" text NOT NULL,
	"id" text NOT NULL,
	"kind" "model_kind" DEFAULT 'stock' NOT NULL,
	"architecture" jsonb NOT NULL,
	"hyperparameters" jsonb NOT NULL,
	CONSTRAINT "stocks_lab_id_id_pk" PRIMARY KEY("lab_id","id"),
	CONSTRAINT "stocks_kind" CHECK ("stocks"."kind" = 'stock')
);
--> statement-breakpoint
ALTER TABLE "stocks" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "model_parents" (
	"lab_id" text NOT NULL,
	"child_id" text NOT NULL,
	"parent_id" text NOT NULL,
	"coefficient" double precision,
	CONSTRAINT "model_parents_lab_id_child_id_parent_id_pk" PRIMARY KEY("lab_id","child_id","parent_id"),
	CONSTRAINT "model_parents_not_itself" CHECK ("model_parents"."child_id" <> "model_parents"."parent_id"),
	CONSTRAINT "model_parents_coefficient" CHECK ("model_parents"."coefficient" between 0 and 1)
);
--> statement-breakpoint
ALTER TABLE "model_parents" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "spent_splits" (
	"lab_id" text NOT NULL,
	"model_id" text NOT NULL,
	"split_id" text NOT NULL,
	CONSTRAINT "spent_splits_lab_id_model_id_split_id_pk" PRIMARY KEY("lab_id","model_id","split_id")
);
--> statement-breakpoint
ALTER TABLE "spent_splits" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "models" (
	"lab_id" text NOT NULL,
	"id" text NOT NULL,
	"kind" "model_kind" NOT NULL,
	"name" text NOT NULL,
	"artifact_id" text NOT NULL,
	"step_key" text NOT NULL,
	"parameter_count" bigint,
	"run_id" text,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "models_lab_id_id_pk" PRIMARY KEY("lab_id","id"),
	CONSTRAINT "models_id_unique" UNIQUE("id"),
	CONSTRAINT "models_kind" UNIQUE("lab_id","id","kind"),
	CONSTRAINT "models_step_key" UNIQUE("lab_id","step_key"),
	CONSTRAINT "models_id" CHECK ("models"."id" ~ ('^' || case "models"."kind" when 'stock' then 'stock' when 'ingredient' then 'ingr' when 'soup' then 'soup' else 'ens' end || '_[0-7][0-9a-hjkmnp-tv-z]{25}$')),
	CONSTRAINT "models_name" CHECK (char_length("models"."name") between 1 and 200),
	CONSTRAINT "models_step_key_format" CHECK ("models"."step_key" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "models_parameter_count" CHECK ("models"."parameter_count" > 0)
);
--> statement-breakpoint
ALTER TABLE "models" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "recipes" (
	"lab_id" text NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"format" "recipe_format" NOT NULL,
	"text" text NOT NULL,
	"text_hash" text NOT NULL,
	"created_by" text,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "recipes_lab_id_id_pk" PRIMARY KEY("lab_id","id"),
	CONSTRAINT "recipes_id_unique" UNIQUE("id"),
	CONSTRAINT "recipes_id" CHECK ("recipes"."id" ~ '^(recipe)_[0-7][0-9a-hjkmnp-tv-z]{25}$'),
	CONSTRAINT "recipes_name" CHECK (char_length("recipes"."name") between 1 and 200),
	CONSTRAINT "recipes_text" CHECK (char_length("recipes"."text") between 1 and 1000000),
	CONSTRAINT "recipes_text_hash" CHECK ("recipes"."text_hash" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
ALTER TABLE "recipes" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "runs" (
	"lab_id" text NOT NULL,
	"id" text NOT NULL,
	"recipe_id" text NOT NULL,
	"name" text NOT NULL,
	"status" "run_status" DEFAULT 'queued' NOT NULL,
	"plan_hash" text NOT NULL,
	"seed" bigint NOT NULL,
	"worker_id" text,
	"submitted_by" text,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"cancel_requested_at" timestamp (3) with time zone,
	"error" jsonb,
	CONSTRAINT "runs_lab_id_id_pk" PRIMARY KEY("lab_id","id"),
	CONSTRAINT "runs_id_unique" UNIQUE("id"),
	CONSTRAINT "runs_id" CHECK ("runs"."id" ~ '^(run)_[0-7][0-9a-hjkmnp-tv-z]{25}$'),
	CONSTRAINT "runs_name" CHECK (char_length("runs"."name") between 1 and 200),
	CONSTRAINT "runs_plan_hash" CHECK ("runs"."plan_hash" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "runs_finished" CHECK (("runs"."status" in ('succeeded', 'failed', 'cancelled')) = ("runs"."finished_at" is not null)),
	CONSTRAINT "runs_started" CHECK ("runs"."status" not in ('running', 'succeeded') or "runs"."started_at" is not null)
);
--> statement-breakpoint
ALTER TABLE "runs" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "steps" (
	"lab_id" text NOT NULL,
	"id" text NOT NULL,
	"run_id" text NOT NULL,
	"step_id" text NOT NULL,
	"position" integer NOT NULL,
	"kind" "step_kind" NOT NULL,
	"title" text NOT NULL,
	"parameters" jsonb NOT NULL,
	"inputs" jsonb NOT NULL,
	"makes" jsonb NOT NULL,
	"depends_on" text[] NOT NULL,
	"status" "step_status" DEFAULT 'waiting' NOT NULL,
	"key" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"worker_id" text,
	"lease_epoch" bigint,
	"started_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"progress_done" double precision,
	"progress_total" double precision,
	"progress_unit" text,
	"progress_rate" double precision,
	"error" jsonb,
	"dataset_id" text,
	"benchmark_id" text,
	"model_id" text,
	"evaluation_id" text,
	CONSTRAINT "steps_lab_id_id_pk" PRIMARY KEY("lab_id","id"),
	CONSTRAINT "steps_id_unique" UNIQUE("id"),
	CONSTRAINT "steps_step_id" UNIQUE("lab_id","run_id","step_id"),
	CONSTRAINT "steps_position" UNIQUE("lab_id","run_id","position"),
	CONSTRAINT "steps_id" CHECK ("steps"."id" ~ '^(step)_[0-7][0-9a-hjkmnp-tv-z]{25}$'),
	CONSTRAINT "steps_step_id_length" CHECK (char_length("steps"."step_id") between 1 and 400),
	CONSTRAINT "steps_key" CHECK ("steps"."key" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "steps_attempts" CHECK ("steps"."attempts" >= 0),
	CONSTRAINT "steps_done_has_key" CHECK ("steps"."status" not in ('succeeded', 'reused') or "steps"."key" is not null),
	CONSTRAINT "steps_claimed" CHECK ("steps"."status" <> 'running' or ("steps"."worker_id" is not null and "steps"."lease_epoch" is not null)),
	CONSTRAINT "steps_one_result" CHECK (num_nonnulls("steps"."dataset_id", "steps"."benchmark_id", "steps"."model_id", "steps"."evaluation_id") <= 1)
);
--> statement-breakpoint
ALTER TABLE "steps" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "setup_tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"token_hash" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone,
	"retired_at" timestamp (3) with time zone,
	CONSTRAINT "setup_tokens_tokenHash_unique" UNIQUE("token_hash"),
	CONSTRAINT "setup_tokens_hash" CHECK ("setup_tokens"."token_hash" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "setup_tokens_one_end" CHECK ("setup_tokens"."used_at" is null or "setup_tokens"."retired_at" is null)
);
--> statement-breakpoint
CREATE TABLE "workers" (
	"id" text PRIMARY KEY NOT NULL,
	"executor_id" text NOT NULL,
	"hostname" text NOT NULL,
	"device" jsonb NOT NULL,
	"slots" integer NOT NULL,
	"status" "worker_status" DEFAULT 'alive' NOT NULL,
	"lease_epoch" bigint DEFAULT 1 NOT NULL,
	"heartbeat_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "workers_executorId_unique" UNIQUE("executor_id"),
	CONSTRAINT "workers_id" CHECK ("workers"."id" ~ '^(wrk)_[0-7][0-9a-hjkmnp-tv-z]{25}$'),
	CONSTRAINT "workers_executor_id" CHECK (char_length("workers"."executor_id") between 1 and 200),
	CONSTRAINT "workers_slots" CHECK ("workers"."slots" > 0),
	CONSTRAINT "workers_lease_epoch" CHECK ("workers"."lease_epoch" > 0)
);
--> statement-breakpoint
ALTER TABLE "artifacts" ADD CONSTRAINT "artifacts_lab_id_labs_id_fk" FOREIGN KEY ("lab_id") REFERENCES "public"."labs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "step_outputs" ADD CONSTRAINT "step_outputs_result" FOREIGN KEY ("lab_id","key") REFERENCES "public"."step_results"("lab_id","key") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "step_outputs" ADD CONSTRAINT "step_outputs_artifact" FOREIGN KEY ("lab_id","artifact_id") REFERENCES "public"."artifacts"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "step_results" ADD CONSTRAINT "step_results_lab_id_labs_id_fk" FOREIGN KEY ("lab_id") REFERENCES "public"."labs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_reference_id_users_id_fk" FOREIGN KEY ("reference_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "administrators" ADD CONSTRAINT "administrators_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "benchmarks" ADD CONSTRAINT "benchmarks_lab_id_labs_id_fk" FOREIGN KEY ("lab_id") REFERENCES "public"."labs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "benchmarks" ADD CONSTRAINT "benchmarks_split" FOREIGN KEY ("lab_id","split_id","role") REFERENCES "public"."splits"("lab_id","id","role") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "benchmarks" ADD CONSTRAINT "benchmarks_artifact" FOREIGN KEY ("lab_id","artifact_id") REFERENCES "public"."artifacts"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "datasets" ADD CONSTRAINT "datasets_lab_id_labs_id_fk" FOREIGN KEY ("lab_id") REFERENCES "public"."labs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "datasets" ADD CONSTRAINT "datasets_artifact" FOREIGN KEY ("lab_id","artifact_id") REFERENCES "public"."artifacts"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "splits" ADD CONSTRAINT "splits_dataset" FOREIGN KEY ("lab_id","dataset_id") REFERENCES "public"."datasets"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_model" FOREIGN KEY ("lab_id","model_id","model_kind") REFERENCES "public"."models"("lab_id","id","kind") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_benchmark" FOREIGN KEY ("lab_id","benchmark_id","role") REFERENCES "public"."benchmarks"("lab_id","id","role") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_run" FOREIGN KEY ("lab_id","run_id") REFERENCES "public"."runs"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_lab_id_labs_id_fk" FOREIGN KEY ("lab_id") REFERENCES "public"."labs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "metric_chunks" ADD CONSTRAINT "metric_chunks_series" FOREIGN KEY ("lab_id","series_id") REFERENCES "public"."metric_series"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "metric_series" ADD CONSTRAINT "metric_series_step" FOREIGN KEY ("lab_id","step_id") REFERENCES "public"."steps"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ensembles" ADD CONSTRAINT "ensembles_model" FOREIGN KEY ("lab_id","id","kind") REFERENCES "public"."models"("lab_id","id","kind") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ingredients" ADD CONSTRAINT "ingredients_model" FOREIGN KEY ("lab_id","id","kind") REFERENCES "public"."models"("lab_id","id","kind") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "soup_coefficients" ADD CONSTRAINT "soup_coefficients_soup" FOREIGN KEY ("lab_id","soup_id") REFERENCES "public"."soups"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "soup_coefficients" ADD CONSTRAINT "soup_coefficients_ingredient" FOREIGN KEY ("lab_id","ingredient_id") REFERENCES "public"."models"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "soup_trace" ADD CONSTRAINT "soup_trace_soup" FOREIGN KEY ("lab_id","soup_id") REFERENCES "public"."soups"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "soup_trace" ADD CONSTRAINT "soup_trace_candidate" FOREIGN KEY ("lab_id","candidate_id") REFERENCES "public"."models"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "soups" ADD CONSTRAINT "soups_model" FOREIGN KEY ("lab_id","id","kind") REFERENCES "public"."models"("lab_id","id","kind") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "soups" ADD CONSTRAINT "soups_selection_benchmark" FOREIGN KEY ("lab_id","selection_benchmark_id") REFERENCES "public"."benchmarks"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stocks" ADD CONSTRAINT "stocks_model" FOREIGN KEY ("lab_id","id","kind") REFERENCES "public"."models"("lab_id","id","kind") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_parents" ADD CONSTRAINT "model_parents_child" FOREIGN KEY ("lab_id","child_id") REFERENCES "public"."models"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_parents" ADD CONSTRAINT "model_parents_parent" FOREIGN KEY ("lab_id","parent_id") REFERENCES "public"."models"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spent_splits" ADD CONSTRAINT "spent_splits_model" FOREIGN KEY ("lab_id","model_id") REFERENCES "public"."models"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spent_splits" ADD CONSTRAINT "spent_splits_split" FOREIGN KEY ("lab_id","split_id") REFERENCES "public"."splits"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "models" ADD CONSTRAINT "models_lab_id_labs_id_fk" FOREIGN KEY ("lab_id") REFERENCES "public"."labs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "models" ADD CONSTRAINT "models_artifact" FOREIGN KEY ("lab_id","artifact_id") REFERENCES "public"."artifacts"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "models" ADD CONSTRAINT "models_run" FOREIGN KEY ("lab_id","run_id") REFERENCES "public"."runs"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recipes" ADD CONSTRAINT "recipes_lab_id_labs_id_fk" FOREIGN KEY ("lab_id") REFERENCES "public"."labs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recipes" ADD CONSTRAINT "recipes_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_lab_id_labs_id_fk" FOREIGN KEY ("lab_id") REFERENCES "public"."labs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_worker_id_workers_id_fk" FOREIGN KEY ("worker_id") REFERENCES "public"."workers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_submitted_by_users_id_fk" FOREIGN KEY ("submitted_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_recipe" FOREIGN KEY ("lab_id","recipe_id") REFERENCES "public"."recipes"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "steps" ADD CONSTRAINT "steps_worker_id_workers_id_fk" FOREIGN KEY ("worker_id") REFERENCES "public"."workers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "steps" ADD CONSTRAINT "steps_run" FOREIGN KEY ("lab_id","run_id") REFERENCES "public"."runs"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "steps" ADD CONSTRAINT "steps_dataset" FOREIGN KEY ("lab_id","dataset_id") REFERENCES "public"."datasets"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "steps" ADD CONSTRAINT "steps_benchmark" FOREIGN KEY ("lab_id","benchmark_id") REFERENCES "public"."benchmarks"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "steps" ADD CONSTRAINT "steps_model" FOREIGN KEY ("lab_id","model_id") REFERENCES "public"."models"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "steps" ADD CONSTRAINT "steps_evaluation" FOREIGN KEY ("lab_id","evaluation_id") REFERENCES "public"."evaluations"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_log_by_lab" ON "audit_log" USING btree ("lab_id","created_at","id");--> statement-breakpoint
CREATE INDEX "audit_log_by_object" ON "audit_log" USING btree ("lab_id","object");--> statement-breakpoint
CREATE INDEX "accounts_user_id" ON "accounts" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "api_keys_config_id" ON "api_keys" USING btree ("config_id");--> statement-breakpoint
CREATE INDEX "api_keys_reference_id" ON "api_keys" USING btree ("reference_id");--> statement-breakpoint
CREATE INDEX "api_keys_key" ON "api_keys" USING btree ("key");--> statement-breakpoint
CREATE INDEX "sessions_user_id" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "verifications_identifier" ON "verifications" USING btree ("identifier");--> statement-breakpoint
CREATE INDEX "benchmarks_by_name" ON "benchmarks" USING btree ("lab_id","name","id");--> statement-breakpoint
CREATE INDEX "datasets_by_name" ON "datasets" USING btree ("lab_id","name","id");--> statement-breakpoint
CREATE INDEX "evaluations_leaderboard" ON "evaluations" USING btree ("lab_id","benchmark_id","model_kind","top1" DESC NULLS LAST,"model_id","spent");--> statement-breakpoint
CREATE INDEX "memberships_user" ON "memberships" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "model_parents_children" ON "model_parents" USING btree ("lab_id","parent_id");--> statement-breakpoint
CREATE INDEX "models_by_time" ON "models" USING btree ("lab_id","kind","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "models_by_name" ON "models" USING btree ("lab_id","kind","name","id");--> statement-breakpoint
CREATE INDEX "recipes_by_hash" ON "recipes" USING btree ("lab_id","text_hash");--> statement-breakpoint
CREATE INDEX "runs_by_time" ON "runs" USING btree ("lab_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "runs_open" ON "runs" USING btree ("created_at","id") WHERE status in ('queued', 'running');--> statement-breakpoint
CREATE INDEX "steps_by_model" ON "steps" USING btree ("lab_id","model_id") WHERE model_id is not null;--> statement-breakpoint
CREATE INDEX "setup_tokens_open" ON "setup_tokens" USING btree ("created_at") WHERE used_at is null and retired_at is null;--> statement-breakpoint
CREATE INDEX "workers_alive" ON "workers" USING btree ("heartbeat_at") WHERE status = 'alive';--> statement-breakpoint
CREATE POLICY "artifacts_own_lab" ON "artifacts" AS PERMISSIVE FOR ALL TO public USING ("artifacts"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("artifacts"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
CREATE POLICY "step_outputs_own_lab" ON "step_outputs" AS PERMISSIVE FOR ALL TO public USING ("step_outputs"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("step_outputs"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
CREATE POLICY "step_results_own_lab" ON "step_results" AS PERMISSIVE FOR ALL TO public USING ("step_results"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("step_results"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
CREATE POLICY "audit_log_own_lab" ON "audit_log" AS PERMISSIVE FOR ALL TO public USING ("audit_log"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("audit_log"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
CREATE POLICY "benchmarks_own_lab" ON "benchmarks" AS PERMISSIVE FOR ALL TO public USING ("benchmarks"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("benchmarks"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
CREATE POLICY "datasets_own_lab" ON "datasets" AS PERMISSIVE FOR ALL TO public USING ("datasets"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("datasets"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
CREATE POLICY "splits_own_lab" ON "splits" AS PERMISSIVE FOR ALL TO public USING ("splits"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("splits"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
CREATE POLICY "evaluations_own_lab" ON "evaluations" AS PERMISSIVE FOR ALL TO public USING ("evaluations"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("evaluations"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
CREATE POLICY "labs_own_lab" ON "labs" AS PERMISSIVE FOR ALL TO public USING ("labs"."id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("labs"."id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
CREATE POLICY "memberships_own_lab" ON "memberships" AS PERMISSIVE FOR ALL TO public USING ("memberships"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("memberships"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
CREATE POLICY "metric_chunks_own_lab" ON "metric_chunks" AS PERMISSIVE FOR ALL TO public USING ("metric_chunks"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("metric_chunks"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
CREATE POLICY "metric_series_own_lab" ON "metric_series" AS PERMISSIVE FOR ALL TO public USING ("metric_series"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("metric_series"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
CREATE POLICY "ensembles_own_lab" ON "ensembles" AS PERMISSIVE FOR ALL TO public USING ("ensembles"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("ensembles"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
CREATE POLICY "ingredients_own_lab" ON "ingredients" AS PERMISSIVE FOR ALL TO public USING ("ingredients"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("ingredients"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
CREATE POLICY "soup_coefficients_own_lab" ON "soup_coefficients" AS PERMISSIVE FOR ALL TO public USING ("soup_coefficients"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("soup_coefficients"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
CREATE POLICY "soup_trace_own_lab" ON "soup_trace" AS PERMISSIVE FOR ALL TO public USING ("soup_trace"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("soup_trace"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
CREATE POLICY "soups_own_lab" ON "soups" AS PERMISSIVE FOR ALL TO public USING ("soups"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("soups"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
CREATE POLICY "stocks_own_lab" ON "stocks" AS PERMISSIVE FOR ALL TO public USING ("stocks"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("stocks"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
CREATE POLICY "model_parents_own_lab" ON "model_parents" AS PERMISSIVE FOR ALL TO public USING ("model_parents"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("model_parents"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
CREATE POLICY "spent_splits_own_lab" ON "spent_splits" AS PERMISSIVE FOR ALL TO public USING ("spent_splits"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("spent_splits"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
CREATE POLICY "models_own_lab" ON "models" AS PERMISSIVE FOR ALL TO public USING ("models"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("models"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
CREATE POLICY "recipes_own_lab" ON "recipes" AS PERMISSIVE FOR ALL TO public USING ("recipes"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("recipes"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
CREATE POLICY "runs_own_lab" ON "runs" AS PERMISSIVE FOR ALL TO public USING ("runs"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("runs"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
CREATE POLICY "steps_own_lab" ON "steps" AS PERMISSIVE FOR ALL TO public USING ("steps"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("steps"."lab_id" = current_setting('stockpot.lab_id', true));