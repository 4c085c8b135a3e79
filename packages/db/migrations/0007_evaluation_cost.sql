ALTER TABLE "evaluations" ADD COLUMN "transduction" text;--> statement-breakpoint
ALTER TABLE "evaluations" ADD COLUMN "latency_ms" double precision;--> statement-breakpoint
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_transduction" CHECK ("evaluations"."transduction" in ('disjoint', 'joint'));--> statement-breakpoint
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_latency" CHECK ("evaluations"."latency_ms" >= 0);