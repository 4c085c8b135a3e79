ALTER TABLE "soup_coefficients" DROP CONSTRAINT "soup_coefficients_range";--> statement-breakpoint
ALTER TABLE "model_parents" DROP CONSTRAINT "model_parents_coefficient";--> statement-breakpoint
ALTER TABLE "soup_trace" ADD COLUMN "turn" integer;--> statement-breakpoint
ALTER TABLE "soup_trace" ADD COLUMN "removed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "soup_trace" ADD COLUMN "cached" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "soups" ADD COLUMN "mixing" text DEFAULT 'linear' NOT NULL;--> statement-breakpoint
ALTER TABLE "soups" ADD COLUMN "base_id" text;--> statement-breakpoint
ALTER TABLE "soups" ADD COLUMN "base_coefficient" double precision;--> statement-breakpoint
ALTER TABLE "soups" ADD COLUMN "certificate_id" text;--> statement-breakpoint
ALTER TABLE "soups" ADD CONSTRAINT "soups_base_model" FOREIGN KEY ("lab_id","base_id") REFERENCES "public"."models"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "soups" ADD CONSTRAINT "soups_certificate" FOREIGN KEY ("lab_id","certificate_id") REFERENCES "public"."artifacts"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "soup_coefficients" ADD CONSTRAINT "soup_coefficients_finite" CHECK ("soup_coefficients"."coefficient" > '-Infinity' and "soup_coefficients"."coefficient" < 'Infinity');--> statement-breakpoint
ALTER TABLE "soup_trace" ADD CONSTRAINT "soup_trace_turn" CHECK ("soup_trace"."turn" >= 0);--> statement-breakpoint
ALTER TABLE "soups" ADD CONSTRAINT "soups_mixing" CHECK ("soups"."mixing" in ('linear', 'by tensor', 'nominal'));--> statement-breakpoint
ALTER TABLE "soups" ADD CONSTRAINT "soups_base" CHECK ("soups"."base_coefficient" is null or "soups"."base_id" is not null);--> statement-breakpoint
ALTER TABLE "soups" ADD CONSTRAINT "soups_base_coefficient" CHECK ("soups"."base_coefficient" > '-Infinity' and "soups"."base_coefficient" < 'Infinity');--> statement-breakpoint
ALTER TABLE "model_parents" ADD CONSTRAINT "model_parents_coefficient" CHECK ("model_parents"."coefficient" > '-Infinity' and "model_parents"."coefficient" < 'Infinity');