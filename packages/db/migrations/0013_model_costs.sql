ALTER TYPE "public"."step_kind" ADD VALUE 'cost' BEFORE 'analyse';--> statement-breakpoint
CREATE TABLE "model_costs" (
	"lab_id" text NOT NULL,
	"model_id" text NOT NULL,
	"document" jsonb NOT NULL,
	"step_key" text NOT NULL,
	"run_id" text,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "model_costs_lab_id_model_id_pk" PRIMARY KEY("lab_id","model_id"),
	CONSTRAINT "model_costs_document" CHECK (jsonb_typeof("model_costs"."document") = 'object'),
	CONSTRAINT "model_costs_step_key" CHECK ("model_costs"."step_key" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
ALTER TABLE "model_costs" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "evaluations" DROP CONSTRAINT "evaluations_latency";--> statement-breakpoint
ALTER TABLE "evaluations" ADD COLUMN "backward_passes" bigint;--> statement-breakpoint
ALTER TABLE "model_costs" ADD CONSTRAINT "model_costs_model" FOREIGN KEY ("lab_id","model_id") REFERENCES "public"."models"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_costs" ADD CONSTRAINT "model_costs_run" FOREIGN KEY ("lab_id","run_id") REFERENCES "public"."runs"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evaluations" DROP COLUMN "latency_ms";--> statement-breakpoint
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_backward_passes" CHECK ("evaluations"."backward_passes" > 0);--> statement-breakpoint
CREATE POLICY "model_costs_own_lab" ON "model_costs" AS PERMISSIVE FOR ALL TO public USING ("model_costs"."lab_id" = current_setting('stockpot.lab_id', true)) WITH CHECK ("model_costs"."lab_id" = current_setting('stockpot.lab_id', true));--> statement-breakpoint
-- The second lock's role, where the server has it: see 0001.
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'stockpot_app') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON model_costs TO stockpot_app;
  END IF;
END
$$;
