package dev.rehearse.wiretap.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.wiretap.protocol.ServerNotice;
import dev.rehearse.wiretap.record.ServerWords.WaitWords;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The texts are those of PostgreSQL 14, 15 and 18, as captured. */
class ServerWordsTest {

    private static List<ServerNotice> debug(String... texts) {
        return Stream.of(texts)
                .map(t -> new ServerNotice("DEBUG", "00000", t, null, 0))
                .toList();
    }

    private static ServerNotice log(String text) {
        return new ServerNotice("LOG", "00000", text, null, 0);
    }

    @Test
    void a_change_of_type_rewrites_and_rebuilds() {
        ServerWords words = ServerWords.of(
                debug(
                        "building index \"pg_toast_16404_index\" on table \"pg_toast_16404\" serially",
                        "rewriting table \"p\"",
                        "building index \"p_pkey\" on table \"p\" serially",
                        "index \"p_pkey\" can safely use deduplication",
                        "building index \"p_v_idx\" on table \"p\" with request for 2 parallel workers"),
                "ALTER TABLE",
                name -> true);

        assertThat(words.rewrites()).containsExactly("p");
        assertThat(words.indexBuilds()).containsExactly("p_pkey on p", "p_v_idx on p");
        assertThat(words.scans()).isEmpty();
        assertThat(words.words()).hasSize(5);
    }

    @Test
    void checks_and_foreign_keys_scan_and_proofs_do_not() {
        ServerWords words = ServerWords.of(
                debug(
                        "verifying table \"c\"",
                        "validating foreign key constraint \"fk\"",
                        "existing constraints on column \"d.x\" are sufficient to prove that it does not contain nulls",
                        "partition constraint for table \"pt3\" is implied by existing constraints"),
                "ALTER TABLE",
                name -> true);

        assertThat(words.scans()).containsExactly("c", "foreign key fk");
    }

    @Test
    void vacuum_full_and_cluster_rewrite_without_saying_so() {
        List<ServerNotice> said = debug("building index \"c_pkey\" on table \"c\" serially");

        assertThat(ServerWords.of(said, "VACUUM", name -> true).rewrites()).containsExactly("c");
        assertThat(ServerWords.of(said, "CLUSTER", name -> true).rewrites()).containsExactly("c");
        assertThat(ServerWords.of(said, "REINDEX", name -> true).rewrites()).isEmpty();
    }

    @Test
    void what_is_done_to_new_tables_concerns_nobody() {
        ServerWords words = ServerWords.of(
                debug(
                        "building index \"new_pkey\" on table \"new\" serially",
                        "rewriting table \"new\"",
                        "verifying table \"new\""),
                "CREATE TABLE",
                name -> !name.equals("new"));

        assertThat(words.indexBuilds()).isEmpty();
        assertThat(words.rewrites()).isEmpty();
        assertThat(words.scans()).isEmpty();
        assertThat(words.words()).hasSize(3);
    }

    @Test
    void waits_are_read_to_the_microsecond() {
        assertThat(
                        ServerWords.wait(
                                log(
                                        "process 4711 acquired AccessExclusiveLock on relation 16423 of database 16384 after 433.487 ms")))
                .contains(new WaitWords(
                        4711,
                        true,
                        "AccessExclusiveLock",
                        "relation",
                        16423,
                        "relation 16423 of database 16384",
                        433_487));
        assertThat(ServerWords.wait(
                        log("process 1 still waiting for ShareLock on virtual transaction 2/1989 after 1000.061 ms")))
                .hasValueSatisfying(wait -> {
                    assertThat(wait.granted()).isFalse();
                    assertThat(wait.lockType()).isEqualTo("virtualxid");
                    assertThat(wait.relationOid()).isZero();
                    assertThat(wait.waitedMicros()).isEqualTo(1_000_061);
                });
    }

    @Test
    void locks_of_every_kind_have_the_type_that_pg_locks_gives_them() {
        assertThat(Stream.of(
                                "transaction 744",
                                "tuple (0,1) of relation 16385 of database 5",
                                "extension of relation 16385 of database 5",
                                "advisory lock [5,0,42,1]",
                                "object 16385 of class 1247 of database 5")
                        .map(on ->
                                ServerWords.wait(log("process 1 acquired ExclusiveLock on " + on + " after 5.001 ms")))
                        .map(wait -> wait.orElseThrow().lockType()))
                .containsExactly("transactionid", "tuple", "extend", "advisory", "object");
    }

    @Test
    void other_messages_are_no_waits() {
        assertThat(ServerWords.wait(log("checkpoint starting: time"))).isEmpty();
        assertThat(ServerWords.wait(new ServerNotice(
                        "DEBUG", "00000", "process 1 acquired ShareLock on transaction 7 after 5.001 ms", null, 0)))
                .isEmpty();
    }
}
