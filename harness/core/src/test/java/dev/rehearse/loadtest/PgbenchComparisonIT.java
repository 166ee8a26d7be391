package dev.rehearse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.TestServers;
import dev.rehearse.pgbench.Script;
import dev.rehearse.pgbench.Symbols;
import dev.rehearse.plan.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same expressions in pgbench itself, where it is installed. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class PgbenchComparisonIT {

    private static final Path PGBENCH = Path.of("/usr/lib/postgresql/15/bin/pgbench");

    private static final List<String> EXPRESSIONS = List.of(
            "1 + 2 * 3 - 4 / 3 % 5",
            "-7 / 2",
            "-7 % 3",
            "2 - -3",
            "1.0 / 3",
            "1e15 + .5",
            "1e16",
            "1 / 3.0 * 1e-10",
            "-0.0001234567890123456789",
            "123456.789e3",
            "5 & 3 | 8 # 1",
            "~ 1 + 1",
            "1 + 1 << 3",
            "1 << 62 >> 60",
            "1 << 64",
            "1 < 2 and 2 <= 2 and 3 > 2",
            "not 1 = 2",
            "not null",
            "null and false",
            "false and null",
            "null or true",
            "1 = 2 is false",
            "1 < 2 is not null",
            "1 is true",
            "null isnull",
            "case when null then 1 when 0 then 2 when 0.5 then 3 else 4 end",
            "case when false then 1 end",
            "abs(-17) + abs(-.5)",
            "least(5, 4, 3.5)",
            "greatest(5, 4, 3)",
            "int(5.5) + int(-2.5)",
            "int(9.2e18)",
            "double(5432)",
            "mod(54, 32)",
            "mod(5.5, 4)",
            "pi()",
            "pow(2, 10) + power(2.0, 0.5)",
            "sqrt(2) * exp(1) * ln(10)",
            "hash(10)",
            "hash(10, 5432)",
            "hash_fnv1a(-10, 5432)",
            "hash_fnv1a(9223372036854775807)",
            "hash_murmur2(-1, -1)",
            "permute(0, 4)",
            "permute(5, 1000, 42)",
            "permute(-5, 1000, 42)",
            "permute(999999999999, 9223372036854775807, 7)",
            "permute(1, 2, 3)",
            "permute(2, 3, 4)",
            "random(5, 5)",
            "-9223372036854775808",
            ":given + 1",
            ":truth");

    @TempDir
    Path folder;

    @Test
    void has_the_same_values() throws SQLException, IOException, InterruptedException {
        assumeTrue(Files.isExecutable(PGBENCH), "pgbench of PostgreSQL 15 is installed");
        TestDatabase.Server server = TestServers.freshDatabase();
        String text = EXPRESSIONS.stream()
                        .map(expression -> "\\set x debug(" + expression + ")\n")
                        .collect(Collectors.joining())
                + "SELECT 1;\n";

        assertThat(values(ours(server, text))).containsExactlyElementsOf(values(theirs(server, text)));
    }

    /** What debug said, without where. */
    private static List<String> values(List<String> lines) {
        List<String> said =
                lines.stream().filter(line -> line.startsWith("debug")).toList();
        assertThat(said).as(String.join("\n", lines)).hasSameSizeAs(EXPRESSIONS);
        List<String> values = new ArrayList<>();
        for (int i = 0; i < EXPRESSIONS.size(); i++) {
            String line = said.get(i);
            values.add(EXPRESSIONS.get(i) + " -> " + line.substring(line.indexOf(": ") + 2));
        }
        return values;
    }

    private static List<String> ours(TestDatabase.Server server, String text) throws InterruptedException {
        List<String> lines = new ArrayList<>();
        Symbols symbols = new Symbols();
        LoadTestPlan plan = new LoadTestPlan(
                server.jdbcUrl() + "?user=" + server.user() + "&password=" + server.password(),
                new LoadTestPlan.Work(
                        List.of(new LoadTestPlan.Weighted(Script.parse("debug.sql", text, symbols), 1)),
                        symbols,
                        Map.of("default_seed", "42", "given", "2.5", "truth", "y"),
                        false),
                new LoadTestPlan.Pace(null, false, null, Duration.ZERO, 1),
                new LoadTestPlan.Sessions(1, Protocol.SIMPLE, 1, false),
                7,
                null);
        LoadTest.run(plan, new LoadTestListener() {
            @Override
            public void progress(double seconds, double perSecond, long failed, double median, double p99) {}

            @Override
            public void says(String line) {
                lines.add(line);
            }
        });
        return lines;
    }

    private List<String> theirs(TestDatabase.Server server, String text) throws IOException, InterruptedException {
        Path script = folder.resolve("debug.sql");
        Files.writeString(script, text);
        ProcessBuilder builder = new ProcessBuilder(
                PGBENCH.toString(),
                "-n",
                "-t",
                "1",
                "-D",
                "default_seed=42",
                "-D",
                "given=2.5",
                "-D",
                "truth=y",
                "-f",
                script.toString(),
                "-h",
                server.host(),
                "-p",
                Integer.toString(server.port()),
                "-U",
                server.user(),
                server.database());
        builder.environment().put("PGPASSWORD", server.password());
        Path said = folder.resolve("said");
        Process process = builder.redirectError(said.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return Files.readAllLines(said);
    }
}
