ALTER TABLE "evaluations" DROP CONSTRAINT "evaluations_examples";--> statement-breakpoint
ALTER TABLE "evaluations" ALTER COLUMN "top1" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "evaluations" ALTER COLUMN "nll" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "evaluations" ALTER COLUMN "ece" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "evaluations" ALTER COLUMN "brier" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "benchmarks" ADD COLUMN "headline" text DEFAULT 'top1' NOT NULL;--> statement-breakpoint
ALTER TABLE "evaluations" ADD COLUMN "further" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "evaluations" ADD COLUMN "calibration" jsonb;--> statement-breakpoint
ALTER TABLE "benchmarks" ADD CONSTRAINT "benchmarks_headline" CHECK (char_length("benchmarks"."headline") between 1 and 100);--> statement-breakpoint
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_further" CHECK (jsonb_typeof("evaluations"."further") = 'object');--> statement-breakpoint
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_calibration" CHECK (jsonb_typeof("evaluations"."calibration") = 'object');--> statement-breakpoint
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_examples" CHECK (case when "evaluations"."top1" is null then "evaluations"."examples" = 0 else "evaluations"."examples" >= "evaluations"."n" end);