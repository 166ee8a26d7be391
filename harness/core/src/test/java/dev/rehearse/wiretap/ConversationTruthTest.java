package dev.rehearse.wiretap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.database.TestDatabase;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.protocol.MessageFramer;
import dev.rehearse.wiretap.protocol.TappedStatement;
import dev.rehearse.wiretap.protocol.TappedStatement.Transaction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Conversations made at random, of which is known what each statement came to: pipelines with failures anywhere in them, names that are taken or gone, commits that
 * fail, portals that are suspended, simple queries without a Sync before them. However the bytes of both sides are cut and arrive, the tap tells the same.
 */
class ConversationTruthTest {

    private static final int CASES = 3_000;
    private static final String[] NAMES = {"", "s1", "s2"};

    private final HeardStatements heard = new HeardStatements();
    private final Wiretap tap =
            Wiretap.listen(new TestDatabase.Server("primary", "127.0.0.1", 1, "d", "u", "p"), new RunClock(), heard);

    @AfterEach
    void close() {
        tap.close();
        assertThat(tap.failures()).isEmpty();
    }

    private record Truth(
            String sql,
            Outcome outcome,
            long rows,
            @Nullable String sqlState,
            Transaction transaction,
            int messageStatements) {

        static Truth of(TappedStatement s) {
            return new Truth(s.sql(), s.outcome(), s.rows(), s.sqlState(), s.transaction(), s.messageStatements());
        }

        Truth in(Transaction state) {
            return new Truth(sql, outcome, rows, sqlState, state, messageStatements);
        }

        Truth failed(String state) {
            return new Truth(sql, Outcome.FAILED, rows, state, transaction, messageStatements);
        }
    }

    /** What both sides say; {@code answers} are what the server says once it has the first so many bytes of the client's. */
    private static final class Script {
        private final Random random;
        private final ByteArrayOutputStream client = new ByteArrayOutputStream();
        private final List<Integer> answersAfter = new ArrayList<>();
        private final List<byte[]> answers = new ArrayList<>();
        private final Map<String, String> prepared = new HashMap<>();
        private final List<Truth> truth = new ArrayList<>();
        /** Those since the last Sync. */
        private final List<Truth> burst = new ArrayList<>();

        /** How much the client says before it waits for what has been answered by then. */
        private final List<Integer> waitsAfter = new ArrayList<>();

        private boolean skipping;
        private boolean unprepared;
        private int texts;

        private Script(Random random) {
            this.random = random;
            answer('K', "\0\0\0\7key!");
            answer('Z', "I");
            waitsAfter.add(0);
        }

        private boolean oneIn(int times) {
            return random.nextInt(times) == 0;
        }

        private void say(char type, String body) {
            client.writeBytes(message(type, body));
        }

        private void answer(char type, String body) {
            if (oneIn(10)) {
                answers.add(message('A', "\0\0\0\7channel\0\0"));
                answersAfter.add(client.size());
            }
            answers.add(message(type, body));
            answersAfter.add(client.size());
        }

        private void fails(String sql, String sqlState) {
            answer('E', "SERROR\0VERROR\0C" + sqlState + "\0Mno\0\0");
            burst.add(new Truth(sql, Outcome.FAILED, -1, sqlState, Transaction.UNKNOWN, 1));
            skipping = true;
        }

        private String newText() {
            return "select " + texts++;
        }

        private String textOf(String name) {
            return prepared.getOrDefault(name, "(prepared statement \"" + name + "\" whose text was not seen)");
        }

        private void parse(String name, String sql) {
            say('P', name + "\0" + sql + "\0\0\0");
            if (skipping) {
                unprepared = true;
                return;
            }
            boolean taken = !name.isEmpty() && prepared.containsKey(name);
            if (taken || oneIn(15)) {
                fails(sql, taken ? "42P05" : "42601");
                unprepared = true;
            } else {
                prepared.put(name, sql);
                answer('1', "");
            }
        }

        /** Where the text is not the server's, since that does not know the name or skips it, nobody asks. */
        private void execute(String name, String sql) {
            say('B', "\0" + name + "\0\0\0\0\0\0\0");
            if (!skipping) {
                if (!prepared.containsKey(name) || oneIn(15)) {
                    fails(sql, "26000");
                } else {
                    answer('2', "");
                }
            }
            if (oneIn(2)) {
                say('D', "P\0");
                if (!skipping) {
                    answer(oneIn(2) ? 'T' : 'n', "\0\0");
                }
            }
            boolean again;
            do {
                again = !skipping && oneIn(8);
                say('E', "\0\0\0\0\1");
                if (!skipping) {
                    run(sql, again);
                }
            } while (again);
        }

        private void run(String sql, boolean suspended) {
            int rows = random.nextInt(4);
            for (int i = 0; i < rows; i++) {
                answer('D', "\0\0");
            }
            if (!suspended && oneIn(8)) {
                fails(sql, "22012");
                return;
            }
            answer(suspended ? 's' : 'C', suspended ? "" : "SELECT " + rows + "\0");
            burst.add(new Truth(sql, Outcome.SUCCEEDED, rows, null, Transaction.UNKNOWN, 1));
        }

        private void describe() {
            String name = NAMES[random.nextInt(NAMES.length)];
            say('D', "S" + name + "\0");
            if (skipping) {
                return;
            }
            if (prepared.containsKey(name)) {
                answer('t', "\0\0");
                answer('T', "\0\0");
            } else {
                fails(textOf(name), "26000");
            }
        }

        private void sync() {
            say('S', "");
            if (!skipping && !burst.isEmpty() && oneIn(10)) {
                answer('E', "SERROR\0VERROR\0C23505\0Mno\0\0");
                burst.set(burst.size() - 1, burst.get(burst.size() - 1).failed("23505"));
            }
            skipping = false;
            ready();
            if (unprepared) {
                // What a name stands for that the client has used in vain it has to know before it goes on.
                waitsAfter.add(client.size());
                unprepared = false;
            }
        }

        private void ready() {
            int state = random.nextInt(3);
            answer('Z', "ITE".substring(state, state + 1));
            burst.forEach(one -> truth.add(one.in(Transaction.values()[state])));
            burst.clear();
        }

        private void pipeline() {
            for (int i = random.nextInt(5); i >= 0; i--) {
                String name = NAMES[random.nextInt(NAMES.length)];
                if (oneIn(6)) {
                    describe();
                } else if (oneIn(8)) {
                    close(name);
                } else if (!skipping && oneIn(3)) {
                    execute(name, textOf(name));
                } else {
                    String sql = newText();
                    parse(name, sql);
                    execute(name, sql);
                }
                if (oneIn(4)) {
                    say('H', "");
                }
            }
            if (oneIn(6)) {
                query();
            }
            sync();
        }

        private void query() {
            String sql = newText();
            say('Q', sql + "\0");
            if (skipping) {
                return;
            }
            int rows = -1;
            int statements = 1 + random.nextInt(3);
            for (int i = 1; i <= statements; i++) {
                if (oneIn(8)) {
                    answer('E', "SERROR\0VERROR\0C22012\0Mno\0\0");
                    burst.add(new Truth(sql, Outcome.FAILED, rows, "22012", Transaction.UNKNOWN, i));
                    ready();
                    return;
                }
                answer('T', "\0\0");
                rows = random.nextInt(4);
                for (int row = 0; row < rows; row++) {
                    answer('D', "\0\0");
                }
                answer('C', "SELECT " + rows + "\0");
            }
            burst.add(new Truth(sql, Outcome.SUCCEEDED, rows, null, Transaction.UNKNOWN, statements));
            ready();
        }

        private void close(String name) {
            say('C', "S" + name + "\0");
            if (skipping) {
                unprepared = true;
            } else {
                prepared.remove(name);
                answer('3', "");
            }
        }

        private void forget() {
            close(NAMES[random.nextInt(NAMES.length)]);
            sync();
        }
    }

    private static byte[] message(char type, String body) {
        return ByteBuffer.allocate(5 + body.length())
                .put((byte) type)
                .putInt(4 + body.length())
                .put(body.getBytes(StandardCharsets.ISO_8859_1))
                .array();
    }

    /** Feeds both sides by pieces of any length, the server's never before what it answers. */
    private void play(Script script) throws IOException {
        Conversation conversation = new Conversation(tap, ConversationFuzzTest.STARTUP);
        MessageFramer up = new MessageFramer(conversation.fromClient());
        MessageFramer down = new MessageFramer(conversation.fromServer());
        byte[] said = script.client.toByteArray();
        ByteArrayOutputStream passedUp = new ByteArrayOutputStream();
        ByteArrayOutputStream answered = new ByteArrayOutputStream();
        ByteArrayOutputStream passedDown = new ByteArrayOutputStream();
        int at = 0;
        int next = 0;
        while (at < said.length || next < script.answers.size()) {
            int answeredUpTo = next < script.answers.size() ? script.answersAfter.get(next) : said.length;
            int mayReach = script.waitsAfter.stream()
                    .filter(wait -> wait >= answeredUpTo)
                    .findFirst()
                    .orElse(said.length);
            if (at < mayReach && script.random.nextBoolean()) {
                int piece = Math.min(mayReach - at, 1 + script.random.nextInt(60));
                up.feed(Arrays.copyOfRange(said, at, at + piece), piece, passedUp);
                at += piece;
            } else {
                ByteArrayOutputStream due = new ByteArrayOutputStream();
                int most = script.random.nextInt(6);
                while (most-- > 0 && next < script.answers.size() && script.answersAfter.get(next) <= at) {
                    due.writeBytes(script.answers.get(next++));
                }
                answered.writeBytes(due.toByteArray());
                int cut = due.size() == 0 ? 0 : script.random.nextInt(due.size());
                down.feed(due.toByteArray(), cut, passedDown);
                byte[] rest = Arrays.copyOfRange(due.toByteArray(), cut, due.size());
                down.feed(rest, rest.length, passedDown);
            }
        }
        assertThat(passedUp.toByteArray()).isEqualTo(said);
        assertThat(passedDown.toByteArray()).isEqualTo(answered.toByteArray());
        assertThat(heard.ended).hasSameSizeAs(heard.started);
    }

    @Test
    void what_is_told_is_what_happened_however_it_arrives() throws IOException {
        int failures = 0;
        for (int seed = 0; seed < CASES; seed++) {
            heard.started.clear();
            heard.ended.clear();
            Script script = new Script(new Random(seed));
            for (int i = script.random.nextInt(8); i >= 0; i--) {
                switch (script.random.nextInt(5)) {
                    case 0 -> script.query();
                    case 1 -> script.forget();
                    default -> script.pipeline();
                }
            }
            play(script);

            assertThat(heard.ended.stream().map(Truth::of)).as("seed %d", seed).containsExactlyElementsOf(script.truth);
            failures += (int) heard.ended.stream()
                    .filter(s -> s.outcome() == Outcome.FAILED)
                    .count();
        }
        assertThat(failures).as("failures among them").isGreaterThan(CASES / 2);
    }
}
