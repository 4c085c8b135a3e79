ALTER TABLE "soup_trace" DROP CONSTRAINT "soup_trace_soup";
--> statement-breakpoint
ALTER TABLE "ensembles" ADD COLUMN "accept_rule" text;--> statement-breakpoint
ALTER TABLE "ensembles" ADD COLUMN "selection_benchmark_id" text;--> statement-breakpoint
ALTER TABLE "ensembles" ADD CONSTRAINT "ensembles_selection_benchmark" FOREIGN KEY ("lab_id","selection_benchmark_id") REFERENCES "public"."benchmarks"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "soup_trace" ADD CONSTRAINT "soup_trace_model" FOREIGN KEY ("lab_id","soup_id") REFERENCES "public"."models"("lab_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ensembles" ADD CONSTRAINT "ensembles_accept_rule" CHECK ("ensembles"."accept_rule" in ('>=', '>'));