ALTER TABLE "orders" ADD COLUMN "note" text;
--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "total" text;
