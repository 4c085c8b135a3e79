ALTER TYPE "public"."step_kind" ADD VALUE 'align' BEFORE 'soup';--> statement-breakpoint
ALTER TYPE "public"."step_kind" ADD VALUE 'batchnorm' BEFORE 'features';--> statement-breakpoint
ALTER TABLE "ingredients" ALTER COLUMN "seed" DROP NOT NULL;