package dev.rehearse.scenarios.locktable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.database.DatabaseRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What can be said of the lock table without a server. */
class LockTableTest {

    static final Path FOLDER = Path.of("lock-table");
    static final Path SCHEMA = FOLDER.resolve("schema.sql");
    static final Path EXPECTED = FOLDER.resolve("expected.yaml");

    /** How many operations there are of each kind; their ids are counted from 01. */
    private static final Map<String, Integer> OPERATIONS = Map.ofEntries(
            Map.entry("COL", 25),
            Map.entry("TYP", 9),
            Map.entry("CON", 15),
            Map.entry("IDX", 10),
            Map.entry("TAB", 12),
            Map.entry("PAR", 6),
            Map.entry("ENUM", 2),
            Map.entry("DOM", 1),
            Map.entry("SEQ", 1),
            Map.entry("PRIV", 1),
            Map.entry("DML", 3),
            Map.entry("TX", 6),
            Map.entry("APP", 3),
            Map.entry("VAC", 2));

    @Test
    void every_operation_of_the_catalogue_is_measured_and_in_the_table() throws IOException {
        Set<String> ids = OPERATIONS.entrySet().stream()
                .flatMap(kind -> IntStream.rangeClosed(1, kind.getValue())
                        .mapToObj(number -> String.format("%s-%02d", kind.getKey(), number)))
                .collect(Collectors.toSet());

        assertThat(CaseFile.readAll(FOLDER).stream().map(LockCase::id).collect(Collectors.toSet()))
                .isEqualTo(ids);
        assertThat(
                        LockTable.rows(Files.readString(Path.of("..", "reports", "lock-table.md")), versions())
                                .keySet()
                                .stream()
                                .map(row -> row.split(" ")[0])
                                .collect(Collectors.toSet()))
                .isEqualTo(ids);
    }

    @Test
    void something_is_expected_of_every_case_and_of_nothing_else() throws IOException {
        List<LockCase> cases = CaseFile.readAll(FOLDER);
        Expectations expectations = Expectations.read(EXPECTED);

        for (LockCase lockCase : cases) {
            versions().stream()
                    .filter(lockCase::isFor)
                    .forEach(version -> assertThat(
                                    expectations.of(lockCase, version).text())
                            .isNotBlank());
        }
        assertThat(expectations.withoutCase(cases)).isEmpty();
        assertThat(cases.stream().map(LockCase::toString)).doesNotHaveDuplicates();
    }

    @Test
    void a_file_says_what_each_session_does_in_turn() {
        List<LockCase> cases = CaseFile.read(
                "TAB-99.sql",
                List.of(
                        "-- TAB-99: something",
                        "-- case: first [15-17]",
                        "-- setup",
                        "create table s (id int);",
                        "-- session reader",
                        "begin; select 1;",
                        "-- migration",
                        "alter table s add a int;",
                        "-- await reader",
                        "-- case: second",
                        "vacuum s;"));

        LockCase first = cases.get(0);
        assertThat(first.setup()).containsExactly("create table s (id int)");
        assertThat(first.steps())
                .containsExactly(
                        new LockCase.Step("reader", false, List.of("begin", "select 1")),
                        new LockCase.Step("migration", false, List.of("begin", "alter table s add a int", "commit")),
                        new LockCase.Step("reader", true, List.of()));
        assertThat(first.isFor(14)).isFalse();
        assertThat(first.isFor(17)).isTrue();
        assertThat(cases.get(1).steps().get(0).statements()).containsExactly("vacuum s");
        assertThat(cases.get(1).isFor(DatabaseRequest.OLDEST)).isTrue();
    }

    @Test
    void a_file_that_is_not_what_its_name_says_is_refused() {
        assertThatThrownBy(() -> CaseFile.read("TAB-98.sql", List.of("-- TAB-99: something")))
                .hasMessageContaining("TAB-98.sql:1");
    }

    @Test
    void an_expectation_is_compared_by_what_it_names() {
        Expectation expected = Expectation.read("t AE | REWRITE");
        Facts.Lock table = new Facts.Lock("t", false, dev.rehearse.recording.LockMode.ACCESS_EXCLUSIVE);
        Facts.Lock index = new Facts.Lock("t_pkey", true, dev.rehearse.recording.LockMode.ACCESS_EXCLUSIVE);

        assertThat(expected.agreesWith(
                        new Facts(List.of(table, index), List.of("rewrite t", "build t_pkey on t"), List.of())))
                .isTrue();
        assertThat(expected.agreesWith(new Facts(List.of(table), List.of("build t_pkey on t"), List.of())))
                .isFalse();
        assertThat(expected.agreesWith(new Facts(List.of(), List.of("rewrite t"), List.of())))
                .isFalse();
        assertThat(expected.agreesWith(new Facts(List.of(table), List.of("rewrite t"), List.of("fails with 0A000"))))
                .isFalse();
    }

    @Test
    void rows_of_several_versions_are_those_of_each() {
        String table = "| COL-01 | an operation: a case | 14 to 17 | a | b | c |\n"
                + "| COL-01 | an operation: a case | 18 | d | e | f |\n";

        assertThat(LockTable.rows(table, List.of(14, 18)))
                .containsExactly(
                        Map.entry("COL-01 an operation: a case on 14", "a | b | c"),
                        Map.entry("COL-01 an operation: a case on 18", "d | e | f"));
    }

    private static List<Integer> versions() {
        return IntStream.rangeClosed(DatabaseRequest.OLDEST, DatabaseRequest.NEWEST)
                .boxed()
                .toList();
    }
}
