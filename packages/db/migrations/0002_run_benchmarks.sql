ALTER TABLE "runs" ADD COLUMN "report" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "selection" text[] DEFAULT '{}' NOT NULL;