-- A foreign key must compare like with like, so those that carry the kind step aside while its type changes, and so do the
-- checks that name it. Indexes that are read backwards were NULLS LAST, which no plain ORDER BY ... DESC can use.
ALTER TABLE "stocks" DROP CONSTRAINT "stocks_model";--> statement-breakpoint
ALTER TABLE "ingredients" DROP CONSTRAINT "ingredients_model";--> statement-breakpoint
ALTER TABLE "soups" DROP CONSTRAINT "soups_model";--> statement-breakpoint
ALTER TABLE "ensembles" DROP CONSTRAINT "ensembles_model";--> statement-breakpoint
ALTER TABLE "evaluations" DROP CONSTRAINT "evaluations_model";--> statement-breakpoint
ALTER TABLE "stocks" DROP CONSTRAINT "stocks_kind";--> statement-breakpoint
ALTER TABLE "stocks" ALTER COLUMN "kind" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "ingredients" DROP CONSTRAINT "ingredients_kind";--> statement-breakpoint
ALTER TABLE "ingredients" ALTER COLUMN "kind" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "soups" DROP CONSTRAINT "soups_kind";--> statement-breakpoint
ALTER TABLE "soups" ALTER COLUMN "kind" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "ensembles" DROP CONSTRAINT "ensembles_kind";--> statement-breakpoint
ALTER TABLE "ensembles" ALTER COLUMN "kind" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "models" DROP CONSTRAINT "models_id";--> statement-breakpoint
DROP INDEX "evaluations_leaderboard";--> statement-breakpoint
DROP INDEX "models_by_time";--> statement-breakpoint
DROP INDEX "models_by_name";--> statement-breakpoint
DROP INDEX "runs_by_time";--> statement-breakpoint
ALTER TABLE "evaluations" ALTER COLUMN "model_kind" SET DATA TYPE text;--> statement-breakpoint
ALTER TABLE "ensembles" ALTER COLUMN "kind" SET DATA TYPE text;--> statement-breakpoint
ALTER TABLE "ensembles" ALTER COLUMN "kind" SET DEFAULT 'ensemble';--> statement-breakpoint
ALTER TABLE "ingredients" ALTER COLUMN "kind" SET DATA TYPE text;--> statement-breakpoint
ALTER TABLE "ingredients" ALTER COLUMN "kind" SET DEFAULT 'ingredient';--> statement-breakpoint
ALTER TABLE "soups" ALTER COLUMN "kind" SET DATA TYPE text;--> statement-breakpoint
ALTER TABLE "soups" ALTER COLUMN "kind" SET DEFAULT 'soup';--> statement-breakpoint
ALTER TABLE "stocks" ALTER COLUMN "kind" SET DATA TYPE text;--> statement-breakpoint
ALTER TABLE "stocks" ALTER COLUMN "kind" SET DEFAULT 'stock';--> statement-breakpoint
ALTER TABLE "models" ALTER COLUMN "kind" SET DATA TYPE text;--> statement-breakpoint
CREATE INDEX "evaluations_leaderboard_of_kind" ON "evaluations" USING btree ("lab_id","benchmark_id","model_kind","top1" DESC NULLS FIRST,"model_id");--> statement-breakpoint
CREATE INDEX "models_by_kind_and_time" ON "models" USING btree ("lab_id","kind","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "models_by_kind_and_name" ON "models" USING btree ("lab_id","kind","name","id");--> statement-breakpoint
CREATE INDEX "evaluations_leaderboard" ON "evaluations" USING btree ("lab_id","benchmark_id","top1" DESC NULLS FIRST,"model_id","spent");--> statement-breakpoint
CREATE INDEX "models_by_time" ON "models" USING btree ("lab_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "models_by_name" ON "models" USING btree ("lab_id","name","id");--> statement-breakpoint
CREATE INDEX "runs_by_time" ON "runs" USING btree ("lab_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
ALTER TABLE "models" ADD CONSTRAINT "models_kind_known" CHECK ("models"."kind" in ('stock', 'ingredient', 'soup', 'ensemble'));--> statement-breakpoint
ALTER TABLE "stocks" ADD CONSTRAINT "stocks_kind" CHECK ("stocks"."kind" = 'stock');--> statement-breakpoint
ALTER TABLE "ingredients" ADD CONSTRAINT "ingredients_kind" CHECK ("ingredients"."kind" = 'ingredient');--> statement-breakpoint
ALTER TABLE "soups" ADD CONSTRAINT "soups_kind" CHECK ("soups"."kind" = 'soup');--> statement-breakpoint
ALTER TABLE "ensembles" ADD CONSTRAINT "ensembles_kind" CHECK ("ensembles"."kind" = 'ensemble');--> statement-breakpoint
ALTER TABLE "models" ADD CONSTRAINT "models_id" CHECK ("models"."id" ~ ('^' || case "models"."kind" when 'stock' then 'stock' when 'ingredient' then 'ingr' when 'soup' then 'soup' else 'ens' end || '_[0-7][0-9a-hjkmnp-tv-z]{25}$'));--> statement-breakpoint
ALTER TABLE "stocks" ADD CONSTRAINT "stocks_model" FOREIGN KEY ("lab_id","id","kind") REFERENCES "public"."models"("lab_id","id","kind");--> statement-breakpoint
ALTER TABLE "ingredients" ADD CONSTRAINT "ingredients_model" FOREIGN KEY ("lab_id","id","kind") REFERENCES "public"."models"("lab_id","id","kind");--> statement-breakpoint
ALTER TABLE "soups" ADD CONSTRAINT "soups_model" FOREIGN KEY ("lab_id","id","kind") REFERENCES "public"."models"("lab_id","id","kind");--> statement-breakpoint
ALTER TABLE "ensembles" ADD CONSTRAINT "ensembles_model" FOREIGN KEY ("lab_id","id","kind") REFERENCES "public"."models"("lab_id","id","kind");--> statement-breakpoint
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_model" FOREIGN KEY ("lab_id","model_id","model_kind") REFERENCES "public"."models"("lab_id","id","kind");--> statement-breakpoint
DROP TYPE "public"."model_kind";