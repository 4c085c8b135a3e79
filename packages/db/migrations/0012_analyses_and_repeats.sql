ALTER TYPE "public"."step_kind" ADD VALUE 'analyse';--> statement-breakpoint
CREATE TABLE "analyses" (
	"lab_id" text NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"benchmark_id" text,
	"soup_id" text,
	"document" jsonb NOT NULL,
	"examined" jsonb GENERATED ALWAYS AS ("analyses"."document" -> 'examined') STORED,
	"evaluations" jsonb GENERATED ALWAYS AS ("analyses"."document" -> 'evaluations') STORED,
	"artifact_id" text NOT NULL,
	"step_key" text NOT NULL,
	"run_id" text,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "analyses_lab_id_id_pk" PRIMARY KEY("lab_id","id"),
	CONSTRAINT "analyses_id_unique" UNIQUE("id"),
	CONSTRAINT "analyses_step_key" UNIQUE("lab_id","step_key"),
	CONSTRAINT "analyses_id" CHECK ("analyses"."id" ~ '^(ana)_[0-7][0-9a-hjkmnp-tv-z]{25}$'),
	CONSTRAINT "analyses_name" CHECK (char_length("analyses"."name") between 1 and 200),
	CONSTRAINT "analyses_kind" CHECK (char_length("analyses"."kind") between 1 and 64),
	CONSTRAINT "analyses_step_key_format" CHECK ("analyses"."step_key" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "analyses_document" CHECK ("analyses"."document" ->> 'analysis' is not distinct from "analyses"."kind")
);
--> statement-breakpoint
ALTER TABLE "analyses" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "analysis_models" (
	"lab_id" text NOT NULL,
	"analysis_id" text NOT NULL,
	"position" integer NOT NULL,
	"model_id" text NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "analysis_models_lab_id_analysis_id_position_pk" PRIMARY KEY("lab_id","analysis_id","position"),
	CONSTRAINT "analysis_models_name" CHECK (char_length("analysis_models"."name") between 1 and 400),
	CONSTRAINT "analysis_models_position" CHECK ("analysis_models"."position" >= 0)
);
--> statement-breakpoint
ALTER TABLE "analysis_models" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "steps" DROP CONSTRAINT "steps_one_result";--> statement-breakpoint
ALTER TABLE "steps" ADD COLUMN "definition" text;--> statement-breakpoint
ALTER TABLE "steps" ADD COLUMN "repeat" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "steps" ADD COLUMN "analysis_id" text;--> statement-breakpoint
ALTER TABLE "analyses" ADD CONSTRAINT "analyses_lab_id_labs_id_fk" FOREIGN KEY ("lab_id") REFERENCES "public"."labs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "analyses" ADD CONSTRAINT "analyses_benchmark" FOREIGN KEY ("lab_id","benchmark_id") REFERENCES "public"."benchmarks"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "analyses" ADD CONSTRAINT "analyses_soup" FOREIGN KEY ("lab_id","soup_id") REFERENCES "public"."models"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "analyses" ADD CONSTRAINT "analyses_artifact" FOREIGN KEY ("lab_id","artifact_id") REFERENCES "public"."artifacts"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "analyses" ADD CONSTRAINT "analyses_run" FOREIGN KEY ("lab_id","run_id") REFERENCES "public"."runs"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "analysis_models" ADD CONSTRAINT "analysis_models_analysis" FOREIGN KEY ("lab_id","analysis_id") REFERENCES "public"."analyses"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "analysis_models" ADD CONSTRAINT "analysis_models_model" FOREIGN KEY ("lab_id","model_id") REFERENCES "public"."models"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "analyses_by_time" ON "analyses" USING btree ("lab_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "analyses_by_soup" ON "analyses" USING btree ("lab_id","soup_id") WHERE soup_id is not null;--> statement-breakpoint
CREATE INDEX "analysis_models_by_model" ON "analysis_models" USING btree ("lab_id","model_id","analysis_id");--> statement-breakpoint
ALTER TABLE "steps" ADD CONSTRAINT "steps_analysis" FOREIGN KEY ("lab_id","analysis_id") REFERENCES "public"."analyses"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "steps_by_definition" ON "steps" USING btree ("lab_id","definition","model_id") WHERE definition is not null and model_id is not null;--> statement-breakpoint
ALTER TABLE "steps" ADD CONSTRAINT "steps_definition" CHECK ("steps"."definition" ~ '^[0-9a-f]{64}$');--> statement-breakpoint
ALTER TABLE "steps" ADD CONSTRAINT "steps_repeat" CHECK ("steps"."repeat" > 0);--> statement-breakpoint
ALTER TABLE "steps" ADD CONSTRAINT "steps_one_result" CHECK (num_nonnulls("steps"."dataset_id", "steps"."benchmark_id", "steps"."model_id", "steps"."evaluation_id", "steps"."analysis_id") <= 1);--> statement-breakpoint
CREATE POLICY "analyses_own_lab" ON "analyses" AS PERMISSIVE FOR ALL TO public USING ("analyses"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("analyses"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
CREATE POLICY "analysis_models_own_lab" ON "analysis_models" AS PERMISSIVE FOR ALL TO public USING ("analysis_models"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("analysis_models"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
-- The second lock's role, where the server has it: see 0001.
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'stockpot_app') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON analyses, analysis_models TO stockpot_app;
  END IF;
END
$$;
