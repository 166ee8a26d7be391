package dev.rehearse.wiretap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.database.TestDatabase;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.protocol.EndedConnection;
import dev.rehearse.wiretap.protocol.MessageFramer;
import dev.rehearse.wiretap.protocol.TappedStatement;
import dev.rehearse.wiretap.protocol.TappedStatement.Transaction;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orders of messages that the protocol allows and that no driver at hand makes at will. */
class ConversationTest {

    private static final String ERROR = "SERROR\0VERROR\0C22P02\0Minvalid input\0\0";

    private final HeardStatements heard = new HeardStatements();
    private Wiretap tap;
    private MessageFramer client;
    private MessageFramer server;
    private Conversation conversation;

    @BeforeEach
    void logIn() throws IOException {
        tap = Wiretap.listen(new TestDatabase.Server("primary", "127.0.0.1", 1, "d", "u", "p"), new RunClock(), heard);
        conversation = new Conversation(tap, ConversationFuzzTest.STARTUP);
        client = new MessageFramer(conversation.fromClient());
        server = new MessageFramer(conversation.fromServer());
        answers('K', "\0\0\0\7key!");
        answers('Z', "I");
    }

    @AfterEach
    void close() {
        tap.close();
        assertThat(tap.failures()).isEmpty();
    }

    private void sends(char type, String body) throws IOException {
        client.feed(message(type, body), 5 + body.length(), OutputStream.nullOutputStream());
    }

    private void answers(char type, String body) throws IOException {
        server.feed(message(type, body), 5 + body.length(), OutputStream.nullOutputStream());
    }

    private static byte[] message(char type, String body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(type);
        out.writeInt(4 + body.length());
        out.write(body.getBytes(StandardCharsets.ISO_8859_1));
        return bytes.toByteArray();
    }

    /** What is told of a client whose connection ends when the server has said this, and a password has been given where one was asked for. */
    private List<EndedConnection> refusedAfter(boolean asked, char... said) throws IOException {
        heard.connectionsEnded.clear();
        conversation = new Conversation(tap, ConversationFuzzTest.STARTUP);
        client = new MessageFramer(conversation.fromClient());
        server = new MessageFramer(conversation.fromServer());
        if (asked) {
            answers('R', "\0\0\0\12SCRAM-SHA-256\0\0");
            if (said.length > 0) {
                sends('p', "SCRAM-SHA-256\0");
            }
        }
        for (char type : said) {
            answers(type, type == 'R' ? "\0\0\0\0" : type == 'K' ? "\0\0\0\7key!" : "I");
        }
        conversation.ended();
        return heard.connectionsEnded;
    }

    @Test
    void a_connection_that_ends_after_the_login_and_before_the_server_is_ready_was_not_let_in() throws IOException {
        assertThat(refusedAfter(false)).hasSize(1);
        // A client that has no password goes to ask its user.
        assertThat(refusedAfter(true)).isEmpty();
        assertThat(refusedAfter(false, 'R')).hasSize(1);
        assertThat(refusedAfter(true, 'R', 'K'))
                .singleElement()
                .satisfies(connection -> assertThat(connection.backendPid()).isEqualTo(7))
                .satisfies(connection -> assertThat(connection.sqlState()).isNull());
        assertThat(refusedAfter(true, 'R', 'K', 'Z')).isEmpty();
    }

    @Test
    void a_server_that_ends_an_idle_session_says_why_and_runs_nothing_that_comes_after() throws IOException {
        runsAnother();
        answers('E', "SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0");
        executes("select 3");
        sends('S', "");
        conversation.ended();

        assertThat(heard.connectionsEnded)
                .singleElement()
                .satisfies(connection -> assertThat(connection.how()).isEqualTo(EndedConnection.How.TERMINATED))
                .satisfies(connection -> assertThat(connection.backendPid()).isEqualTo(7))
                .satisfies(connection -> assertThat(connection.sqlState()).isEqualTo("57P01"))
                .satisfies(connection -> assertThat(connection.message()).startsWith("terminating connection"));
        assertThat(heard.of("select 3").outcome()).isEqualTo(Outcome.FAILED);
        assertThat(heard.of("select 3").sqlState()).isEqualTo("57P01");
        assertThat(heard.sessionsEnded).hasSize(1);
    }

    @Test
    void a_server_that_ends_a_session_within_a_pipeline_has_run_what_it_had_answered_for_nothing() throws IOException {
        executes("select 1");
        sends('H', "");
        answers('1', "");
        answers('2', "");
        answers('C', "SELECT 1\0");
        answers('E', "SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0");
        conversation.ended();

        assertThat(heard.of("select 1").outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(heard.connectionsEnded).hasSize(1);
    }

    @Test
    void a_server_that_crashes_says_so_to_an_idle_session_by_a_warning() throws IOException {
        String crash =
                "SWARNING\0VWARNING\0C57P02\0Mterminating connection because of crash of another server process\0\0";
        sends('Q', "select 1\0");
        answers('N', crash);
        conversation.ended();
        assertThat(heard.of("select 1").outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(heard.connectionsEnded).isEmpty();

        logIn();
        answers('N', crash);
        conversation.ended();
        assertThat(heard.connectionsEnded).extracting(EndedConnection::sqlState).containsExactly("57P02");
    }

    @Test
    void a_server_that_ends_an_idle_session_without_a_word_is_told_of_unless_the_client_has_left() throws IOException {
        runsAnother();
        conversation.serverEnded();
        assertThat(heard.connectionsEnded)
                .singleElement()
                .satisfies(connection -> assertThat(connection.how()).isEqualTo(EndedConnection.How.TERMINATED))
                .satisfies(connection -> assertThat(connection.backendPid()).isEqualTo(7))
                .satisfies(connection -> assertThat(connection.sqlState()).isNull())
                .satisfies(connection -> assertThat(connection.message()).contains("without a word"));

        heard.connectionsEnded.clear();
        logIn();
        sends('X', "");
        conversation.serverEnded();
        logIn();
        conversation.clientLeft();
        conversation.serverEnded();
        logIn();
        conversation.ended();
        assertThat(heard.connectionsEnded)
                .as("of clients that left, or that the tap cut off")
                .isEmpty();

        logIn();
        sends('Q', "select 4\0");
        conversation.serverEnded();
        assertThat(heard.of("select 4").outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(heard.connectionsEnded)
                .as("where a statement's line says it")
                .isEmpty();
    }

    @Test
    void a_server_that_has_run_a_statement_stands_still_only_once_it_is_ready_for_more() throws IOException {
        sends('P', "\0select 1\0\0\0");
        sends('B', "\0\0\0\0\0\0\0\0");
        sends('E', "\0\0\0\0\0");
        sends('H', "");
        answers('1', "");
        answers('2', "");
        answers('C', "SELECT 1\0");
        long answered = tap.clock().micros();
        Until.holds("the clock to go on", () -> tap.clock().micros() > answered);
        sends('S', "");
        answers('Z', "T");

        assertThat(heard.of("select 1").endMicros()).isLessThanOrEqualTo(answered);
        assertThat(heard.of("select 1").readySinceMicros()).isGreaterThan(answered);
    }

    private void runsAnother() throws IOException {
        sends('P', "\0select 2\0\0\0");
        sends('B', "\0\0\0\0\0\0\0\0");
        sends('E', "\0\0\0\0\0");
        sends('S', "");
        answers('1', "");
        answers('2', "");
        answers('C', "SELECT 1\0");
        answers('Z', "I");
    }

    @Test
    void a_bind_that_fails_before_the_client_asks_to_execute_is_a_failure_of_its_statement_and_of_no_other()
            throws IOException {
        sends('P', "\0select $1::int\0\0\0");
        sends('B', "\0\0\0\0\0\1\0\0\0\1x\0\0");
        answers('1', "");
        answers('E', ERROR);
        sends('E', "\0\0\0\0\0");
        sends('S', "");
        answers('Z', "I");
        runsAnother();

        assertThat(heard.of("select $1::int").outcome()).isEqualTo(Outcome.FAILED);
        assertThat(heard.of("select $1::int").sqlState()).isEqualTo("22P02");
        assertThat(heard.of("select 2").outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(heard.ended).hasSize(2);
    }

    @Test
    void what_follows_a_describe_that_failed_is_skipped_up_to_the_sync() throws IOException {
        runsAnother();
        sends('D', "Sgone\0");
        answers('E', ERROR);
        sends('B', "\0gone\0\0\0\0\0\0\0");
        sends('E', "\0\0\0\0\0");
        sends('S', "");
        answers('Z', "I");
        runsAnother();

        assertThat(heard.sql())
                .containsExactly("select 2", "(prepared statement \"gone\" whose text was not seen)", "select 2");
        assertThat(heard.ended)
                .extracting(TappedStatement::outcome)
                .containsExactly(Outcome.SUCCEEDED, Outcome.FAILED, Outcome.SUCCEEDED);
        assertThat(heard.of("select 2").transaction()).isEqualTo(Transaction.IDLE);
    }

    @Test
    void a_describe_that_fails_in_a_pipeline_is_no_failure_of_what_ran_before_it() throws IOException {
        executes("select 1");
        sends('D', "Sgone\0");
        sends('S', "");
        answers('1', "");
        answers('2', "");
        answers('C', "SELECT 1\0");
        answers('E', ERROR);
        answers('Z', "I");

        assertThat(heard.ended).extracting(TappedStatement::outcome).containsExactly(Outcome.SUCCEEDED, Outcome.FAILED);
    }

    @Test
    void a_commit_that_fails_after_a_describe_was_answered_is_a_failure_of_its_statement() throws IOException {
        sends('P', "\0select 1\0\0\0");
        sends('B', "\0\0\0\0\0\0\0\0");
        sends('E', "\0\0\0\0\0");
        sends('D', "P\0");
        sends('S', "");
        answers('1', "");
        answers('2', "");
        answers('C', "SELECT 1\0");
        answers('n', "");
        answers('E', ERROR);
        answers('Z', "I");

        assertThat(heard.ended)
                .singleElement()
                .satisfies(statement -> assertThat(statement.outcome()).isEqualTo(Outcome.FAILED));
    }

    @Test
    void a_name_that_is_taken_keeps_its_text_where_it_is_prepared_again() throws IOException {
        sends('P', "s\0select 1\0\0\0");
        sends('S', "");
        answers('1', "");
        answers('Z', "I");
        // The second is not looked at any more.
        sends('P', "s\0select 2\0\0\0");
        sends('P', "s\0select 3\0\0\0");
        sends('S', "");
        answers('E', ERROR);
        answers('Z', "I");
        runsPrepared();

        assertThat(heard.sql()).containsExactly("select 2", "select 1");
    }

    @Test
    void a_close_that_is_skipped_leaves_the_name_its_text() throws IOException {
        sends('P', "s\0select 1\0\0\0");
        sends('S', "");
        answers('1', "");
        answers('Z', "I");
        executes("select x");
        sends('C', "Ss\0");
        sends('S', "");
        answers('E', ERROR);
        answers('Z', "I");
        runsPrepared();

        assertThat(heard.sql()).containsExactly("select x", "select 1");
    }

    @Test
    void a_query_after_a_describe_without_a_sync_is_skipped_where_that_fails() throws IOException {
        sends('D', "Sgone\0");
        sends('Q', "select 1\0");
        answers('E', ERROR);
        sends('S', "");
        answers('Z', "I");
        runsAnother();
        sends('P', "s\0select 4\0\0\0");
        sends('D', "Ss\0");
        sends('Q', "select 3\0");
        answers('1', "");
        answers('t', "\0\0");
        answers('T', "\0\0");
        answers('T', "\0\0");
        answers('C', "SELECT 1\0");
        answers('Z', "I");

        assertThat(heard.sql())
                .containsExactly("(prepared statement \"gone\" whose text was not seen)", "select 2", "select 3");
        assertThat(heard.ended)
                .extracting(TappedStatement::outcome)
                .containsExactly(Outcome.FAILED, Outcome.SUCCEEDED, Outcome.SUCCEEDED);
    }

    @Test
    void a_name_that_is_prepared_ahead_of_the_failure_of_another_has_its_own_text() throws IOException {
        sends('P', "s\0selec 1\0\0\0");
        sends('S', "");
        sends('P', "s\0select 2\0\0\0");
        sends('S', "");
        answers('E', ERROR);
        answers('Z', "I");
        answers('1', "");
        answers('Z', "I");
        runsPrepared();

        assertThat(heard.sql()).containsExactly("selec 1", "select 2");
    }

    @Test
    void a_name_in_use_keeps_its_text_however_many_others_come_and_go() throws IOException {
        for (int i = 0; i <= 2_500; i++) {
            // A driver deallocates by SQL what it has not used for long.
            sends('P', "s" + i + "\0select " + i + "\0\0\0");
            answers('1', "");
            if (i % 900 == 0) {
                sends('B', "\0s0\0\0\0\0\0\0\0");
                sends('E', "\0\0\0\0\0");
                answers('2', "");
                answers('C', "SELECT 1\0");
            }
            sends('S', "");
            answers('Z', "I");
        }

        assertThat(heard.sql()).hasSize(3).containsOnly("select 0");
    }

    /** By the name s. */
    private void runsPrepared() throws IOException {
        sends('B', "\0s\0\0\0\0\0\0\0");
        sends('E', "\0\0\0\0\0");
        sends('S', "");
        answers('2', "");
        answers('C', "SELECT 1\0");
        answers('Z', "I");
    }

    private void executes(String sql) throws IOException {
        sends('P', "\0" + sql + "\0\0\0");
        sends('B', "\0\0\0\0\0\0\0\0");
        sends('E', "\0\0\0\0\0");
    }

    /** Each of them has come to its end, and so has their pipeline where the last one's is a Sync. */
    private static byte[] answersTo(int statements, boolean ready) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < statements; i++) {
            bytes.writeBytes(message('1', ""));
            bytes.writeBytes(message('2', ""));
            bytes.writeBytes(message('C', "SELECT 1\0"));
        }
        if (ready) {
            bytes.writeBytes(message('Z', "I"));
        }
        return bytes.toByteArray();
    }

    @Test
    void statements_that_are_answered_at_once_say_that_their_times_cannot_be_told_apart() throws IOException {
        for (int i = 1; i <= 4; i++) {
            executes("select " + i);
        }
        sends('S', "");
        executes("select 5");
        sends('S', "");
        for (byte[] chunk :
                new byte[][] {answersTo(1, false), answersTo(2, false), answersTo(1, true), answersTo(1, true)}) {
            server.feed(chunk, chunk.length, OutputStream.nullOutputStream());
        }

        assertThat(heard.ended)
                .extracting(TappedStatement::answeredWithOthers)
                .containsExactly(false, true, true, false, false);
    }

    @Test
    void text_is_read_in_the_encoding_that_the_server_names() throws IOException {
        answers('S', "client_encoding\0LATIN1\0");
        sends('Q', "select 'é'::int\0");
        answers('E', "SFEHLER\0VERROR\0C22P02\0Mungültig: é\0\0");
        answers('Z', "I");
        answers('S', "client_encoding\0UTF8\0");
        sends('Q', "select 'Ã©'\0");
        answers('C', "SELECT 1\0");
        answers('Z', "I");

        assertThat(heard.of("select 'é'::int").message()).isEqualTo("ungültig: é");
        assertThat(heard.sql()).containsExactly("select 'é'::int", "select 'é'");
    }

    @Test
    void a_failure_in_the_middle_of_a_pipeline_ends_what_came_before_the_sync_and_nothing_after_it()
            throws IOException {
        for (String sql : new String[] {"select 1", "select x", "select 3"}) {
            sends('P', "\0" + sql + "\0\0\0");
            sends('B', "\0\0\0\0\0\0\0\0");
            sends('E', "\0\0\0\0\0");
        }
        sends('S', "");
        sends('P', "\0select 4\0\0\0");
        sends('B', "\0\0\0\0\0\0\0\0");
        sends('E', "\0\0\0\0\0");
        sends('S', "");
        answers('1', "");
        answers('2', "");
        answers('C', "SELECT 1\0");
        answers('E', ERROR);
        answers('Z', "I");
        answers('1', "");
        answers('2', "");
        answers('C', "SELECT 1\0");
        answers('Z', "I");

        assertThat(heard.sql()).containsExactly("select 1", "select x", "select 4");
        assertThat(heard.ended)
                .extracting(TappedStatement::outcome)
                .containsExactly(Outcome.SUCCEEDED, Outcome.FAILED, Outcome.SUCCEEDED);
    }

    @Test
    void what_is_heard_later_has_the_times_of_its_arrival() throws IOException {
        MessageFramer.Handler fromClient = conversation.fromClient();
        MessageFramer.Handler fromServer = conversation.fromServer();
        fromClient.arrived();
        long asked = nextMicro();
        sends('Q', "select 3\0");
        fromClient.caughtUp();
        fromServer.arrived();
        long answered = nextMicro();
        answers('C', "SELECT 1\0");
        answers('Z', "I");
        fromServer.caughtUp();

        TappedStatement statement = heard.startingWith("select 3");
        assertThat(statement.startMicros()).isLessThan(asked);
        assertThat(statement.firstByteMicros()).isGreaterThanOrEqualTo(asked).isLessThan(answered);
        assertThat(statement.endMicros()).isEqualTo(statement.firstByteMicros());
        runsAnother();
        assertThat(heard.startingWith("select 2").startMicros()).isGreaterThanOrEqualTo(answered);
    }

    private long nextMicro() {
        long now = tap.clock().micros();
        long next = now;
        while (next == now) {
            next = tap.clock().micros();
        }
        return next;
    }
}
