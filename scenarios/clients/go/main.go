// What two Go drivers do through the tap: lib/pq by way of database/sql, and pgx on its own.
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/lib/pq"
)

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func expect(what string, ok bool) {
	if !ok {
		log.Fatalf("%s: not as expected", what)
	}
}

func libpq(url string) {
	db, err := sql.Open("postgres", url+"&application_name=lib-pq")
	must(err)
	defer db.Close()
	db.SetMaxOpenConns(1)

	var sum int
	must(db.QueryRow("select $1::int + $2::int", 40, 2).Scan(&sum))
	expect("a sum", sum == 42)

	// COPY FROM STDIN in a transaction, and what was copied read back row by row.
	tx, err := db.Begin()
	must(err)
	_, err = tx.Exec("create temp table copied (id int, note text) on commit drop")
	must(err)
	in, err := tx.Prepare(pq.CopyIn("copied", "id", "note"))
	must(err)
	for i := 0; i < 5000; i++ {
		_, err = in.Exec(i, fmt.Sprintf("note é %d", i))
		must(err)
	}
	_, err = in.Exec()
	must(err)
	must(in.Close())
	var count int
	must(tx.QueryRow("select count(*) from copied").Scan(&count))
	expect("rows copied", count == 5000)
	must(tx.Commit())

	_, err = db.Exec("select 1 / 0")
	var failure *pq.Error
	expect("an error", errors.As(err, &failure) && failure.Code == "22012")

	// A notification to itself.
	heard := pq.NewListener(url+"&application_name=lib-pq", time.Second, time.Second, nil)
	must(heard.Listen("lib_pq"))
	_, err = db.Exec("select pg_notify('lib_pq', 'payload')")
	must(err)
	select {
	case n := <-heard.Notify:
		expect("a notification", n.Extra == "payload")
	case <-time.After(10 * time.Second):
		log.Fatal("no notification came within 10 s")
	}
	must(heard.Close())

	// A cancel request, over a connection of its own.
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	_, err = db.ExecContext(ctx, "select pg_sleep(30)")
	expect("a cancelled statement", err != nil)
	must(db.Ping())
}

func pgxDriver(url string) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url+"&application_name=pgx")
	must(err)
	defer conn.Close(ctx)

	// Binary values both ways.
	var number int64
	var at time.Time
	var bytes []byte
	then := time.Date(2026, 2, 3, 4, 5, 6, 789000, time.UTC)
	must(conn.QueryRow(ctx, "select $1::bigint, $2::timestamptz, $3::bytea", int64(1)<<40, then, []byte{0, 255}).
		Scan(&number, &at, &bytes))
	expect("binary values", number == int64(1)<<40 && at.Equal(then) && len(bytes) == 2 && bytes[1] == 255)

	// A batch: one pipeline of many statements.
	batch := &pgx.Batch{}
	for i := 0; i < 100; i++ {
		batch.Queue("select $1::int * 2 as batched", i)
	}
	results := conn.SendBatch(ctx, batch)
	for i := 0; i < 100; i++ {
		var twice int
		must(results.QueryRow().Scan(&twice))
		expect("an answer of the batch", twice == 2*i)
	}
	must(results.Close())

	// COPY in its binary format.
	_, err = conn.Exec(ctx, "create temp table copied (id int, note text)")
	must(err)
	rows := make([][]any, 5000)
	for i := range rows {
		rows[i] = []any{int32(i), "note"}
	}
	count, err := conn.CopyFrom(ctx, pgx.Identifier{"copied"}, []string{"id", "note"}, pgx.CopyFromRows(rows))
	must(err)
	expect("rows copied", count == 5000)
	var out strings.Builder
	_, err = conn.PgConn().CopyTo(ctx, &out, "copy copied to stdout")
	must(err)
	expect("rows copied out", strings.Count(out.String(), "\n") == 5000)

	// A value of 20 MB.
	var long string
	must(conn.QueryRow(ctx, "select repeat('x', 20000000)").Scan(&long))
	expect("a long value", len(long) == 20000000)

	_, err = conn.Exec(ctx, "select 1 / 0")
	var failure *pgconn.PgError
	expect("an error", errors.As(err, &failure) && failure.Code == "22012")
}

func main() {
	url := os.Getenv("TAP_URL") + "?sslmode=disable"
	libpq(url)
	pgxDriver(url)
	fmt.Println("done")
}
