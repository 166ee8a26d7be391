-- In two steps: new rows get the default at once; the rows that are there stay null until the backfill.
ALTER TABLE "orders" ADD COLUMN "currency" text;
--> statement-breakpoint
ALTER TABLE "orders" ALTER COLUMN "currency" SET DEFAULT 'EUR';
