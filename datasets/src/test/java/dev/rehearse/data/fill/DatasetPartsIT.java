package dev.rehearse.data.fill;

import static dev.rehearse.data.fill.DatasetIT.query;
import static dev.rehearse.data.fill.DatasetIT.resource;
import static dev.rehearse.data.fill.DatasetIT.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rehearse.data.AskedOnce;
import dev.rehearse.data.ConnectionSource;
import dev.rehearse.data.DatasetException;
import dev.rehearse.data.DatasetException.Actor;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.FillProgress;
import dev.rehearse.data.FilledDataset;
import dev.rehearse.data.FilledTable;
import dev.rehearse.data.Part;
import dev.rehearse.data.ScratchServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Several processes fill one database. */
class DatasetPartsIT {

    private static final DatasetSpec SPEC =
            new DatasetSpec(400, Map.of("shop.orders", 60_000L, "shop.color", 50L), 7, 0.05);

    /** A table that had rows before, whose old rows others refer to, besides the torture schema. */
    private static final String COLORS = """
            CREATE TABLE shop.color (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
            INSERT INTO shop.color (name) SELECT 'color ' || n FROM generate_series(1, 20) n;
            CREATE TABLE shop.thing (id bigint PRIMARY KEY, color_id integer NOT NULL REFERENCES shop.color);""";

    private static ScratchServer server;

    @BeforeAll
    static void start() {
        server = ScratchServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static ConnectionSource database(String name) throws Exception {
        ConnectionSource database = server.database(name);
        script(database, resource("torture.sql") + COLORS);
        return database;
    }

    @Test
    @AskedOnce
    void all_parts_together_are_the_whole_whether_they_come_in_turn_or_at_once() throws Exception {
        ConnectionSource whole = database("whole");
        FilledDataset everything = Dataset.fill(whole, SPEC, FillProgress.SILENT);
        ConnectionSource inTurn = database("in_turn");
        List<String> objects = query(inTurn, DatasetIT.OBJECTS);
        ConnectionSource atOnce = database("at_once");
        ConnectionSource alone = database("alone");

        List<FilledDataset> parts = new ArrayList<>();
        for (int part : List.of(3, 1, 2)) {
            parts.add(Dataset.fill(inTurn, SPEC, new Part(part, 3), FillProgress.SILENT));
        }
        ExecutorService processes = Executors.newFixedThreadPool(4);
        List<Future<FilledDataset>> running = new ArrayList<>();
        for (int part = 1; part <= 4; part++) {
            Part each = new Part(part, 4);
            running.add(processes.submit(() -> Dataset.fill(atOnce, SPEC, each, FillProgress.SILENT)));
        }
        processes.shutdown();
        assertThat(processes.awaitTermination(2, TimeUnit.MINUTES)).isTrue();
        Dataset.fill(alone, SPEC, Part.WHOLE, FillProgress.SILENT);

        for (FilledTable table : everything.tables()) {
            assertThat(DatasetIT.hash(inTurn, table)).as(table.name()).isEqualTo(DatasetIT.hash(whole, table));
            assertThat(DatasetIT.hash(atOnce, table)).as(table.name()).isEqualTo(DatasetIT.hash(whole, table));
            assertThat(DatasetIT.hash(alone, table)).as(table.name()).isEqualTo(DatasetIT.hash(whole, table));
        }
        assertThat(parts.stream().mapToLong(FilledDataset::rows).sum()).isEqualTo(everything.rows());
        assertThat(parts.stream().mapToLong(FilledDataset::bytes).sum()).isEqualTo(everything.bytes());
        assertThat(parts.get(0).notes()).anyMatch(note -> note.contains("once these parts are loaded too: 1, 2 of 3"));
        for (Future<FilledDataset> part : running) {
            assertThat(part.get().rows()).isPositive();
        }
        for (ConnectionSource database : List.of(inTurn, atOnce, alone)) {
            assertThat(query(database, DatasetIT.OBJECTS)).isEqualTo(objects);
            assertThat(query(database, "SELECT to_regnamespace('rehearse_filling')::text"))
                    .containsOnlyNulls();
            assertThat(query(database, "SELECT count(*) > 3 FROM shop.totals")).containsExactly("t");
        }
    }

    @Test
    void a_part_comes_once_and_asks_for_what_the_others_ask_for() throws Exception {
        ConnectionSource database = database("refused");
        Dataset.fill(database, SPEC, new Part(1, 2), FillProgress.SILENT);

        assertThat(refusal(database, SPEC, new Part(1, 2)))
                .hasMessageContaining("Part 1/2 is loaded already")
                .hasMessageContaining("once these parts are loaded too: 2 of 2");
        assertThat(refusal(database, SPEC, new Part(2, 3)))
                .hasMessageContaining("2 parts; part 2/3 asks for")
                .hasMessageContaining("3 parts.");
        assertThat(refusal(database, DatasetSpec.of(400, 7), new Part(2, 2)))
                .hasMessageContaining("All parts of a filling must ask for the same");
        script(
                database,
                "UPDATE rehearse_filling.filling SET spec = regexp_replace(spec, 'lists [0-9a-f]{16}', 'lists of another build')");
        assertThat(refusal(database, SPEC, new Part(2, 2)))
                .hasMessageContaining("lists of another build, 2 parts; part 2/2 asks for");
        assertThat(catchThrowableOfType(
                        DatasetException.class, () -> Dataset.fill(database, SPEC, FillProgress.SILENT)))
                .hasMessageContaining("the database is not whole");
    }

    @Test
    void a_database_whose_filling_was_cut_short_is_not_taken_for_whole() throws Exception {
        ConnectionSource database = server.database("cut_short");
        script(database, "CREATE TABLE t (id integer PRIMARY KEY, body text)");
        FillProgress killer = DatasetFailureIT.endingEverySession(database);
        DatasetSpec spec = DatasetSpec.of(5_000_000, 1);

        DatasetException e =
                catchThrowableOfType(DatasetException.class, () -> Dataset.fill(database, spec, Part.WHOLE, killer));

        assertThat(e.actor()).isEqualTo(Actor.MACHINE);
        assertThat(refusal(database, spec, Part.WHOLE))
                .hasMessageContaining("Part 1/1 was begun before")
                .hasMessageContaining("make it anew");
    }

    @Test
    void a_plan_that_fails_leaves_no_mark() throws Exception {
        ConnectionSource database = server.database("no_mark");
        script(database, "CREATE TABLE t (id integer PRIMARY KEY)");

        assertThat(refusal(database, new DatasetSpec(1, Map.of("tt", 1L), 1, 0), new Part(1, 2)))
                .hasMessageContaining("Did you mean \"t\"?");
        assertThat(Dataset.fill(database, DatasetSpec.of(10, 1), FillProgress.SILENT)
                        .rows())
                .isEqualTo(10);
    }

    private static DatasetException refusal(ConnectionSource database, DatasetSpec spec, Part part) {
        DatasetException e = catchThrowableOfType(
                DatasetException.class, () -> Dataset.fill(database, spec, part, FillProgress.SILENT));
        assertThat(e).isNotNull();
        assertThat(e.actor()).isEqualTo(Actor.PLAN_AUTHOR);
        return e;
    }
}
