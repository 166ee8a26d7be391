package dev.rehearse.database.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.database.machine.Owner;
import dev.rehearse.database.machine.RehearseHome;
import dev.rehearse.database.machine.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplateStoreTest {

    @TempDir
    private Path folder;

    private RehearseHome home;
    private TemplateStore store;
    private final List<String> removed = new ArrayList<>();

    @BeforeEach
    void an_empty_store_for_two_mebibytes() {
        home = new RehearseHome(folder);
        store = new TemplateStore(home, 2 << 20);
    }

    private void publish(String name, int bytes) throws IOException {
        Path draft = Files.createDirectories(folder.resolve("draft-" + name));
        store.publish(
                draft,
                name,
                bytes,
                Map.of("facts", name.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                entry -> removed.add(entry.getFileName().toString()));
    }

    @Test
    void a_published_template_is_leased_with_what_was_kept_beside_it() throws IOException {
        publish("one", 1000);

        try (Run run = Run.register(home, "test")) {
            Optional<TemplateStore.Lease> lease = store.lease("one", run);

            assertThat(lease).isPresent();
            assertThat(lease.get().kept("facts")).asString().isEqualTo("one");
            assertThat(lease.get().kept("nothing")).isNull();
            assertThat(store.lease("two", run)).isEmpty();
        }
    }

    @Test
    void the_least_recently_used_goes_first_and_one_in_use_never() throws IOException {
        publish("used", 1 << 20);
        publish("idle", 1 << 19);
        try (Run run = Run.register(home, "test")) {
            store.lease("used", run);
            publish("new", 1 << 20);

            assertThat(removed).containsExactly("idle");
            publish("newer", 1 << 20);
            assertThat(removed).containsExactly("idle", "new");
            assertThat(store.entries())
                    .extracting(Path::getFileName)
                    .map(Path::toString)
                    .contains("used", "newer");
        }

        publish("newest", 1 << 20);
        assertThat(removed).contains("used");
    }

    @Test
    void the_mark_of_a_dead_process_protects_nothing() throws IOException {
        publish("old", 1 << 21);
        Owner we = Owner.current();
        Owner dead = new Owner(we.pid(), we.started() + "0", we.machine(), we.boot(), we.namespace());
        Files.writeString(home.templates().resolve("old").resolve("users").resolve("some-run"), dead.toString());

        publish("new", 1 << 20);

        assertThat(removed).containsExactly("old");
    }

    @Test
    void what_a_process_began_to_delete_is_in_nobodys_way() throws IOException {
        Files.createDirectories(home.templates().resolve("half").resolve("data"));
        Files.createDirectories(home.templates().resolve(".gone-other").resolve("data"));
        publish("one", 1 << 21);

        publish("two", 1 << 20);

        assertThat(removed).containsExactly("half", "one");
        assertThat(home.templates()).isDirectoryNotContaining("glob:**/{half,one,.gone-*}");
    }

    @Test
    void what_is_half_deleted_is_no_template_and_a_new_one_takes_its_place() throws IOException {
        Files.createDirectories(home.templates().resolve("one").resolve("data"));
        try (Run run = Run.register(home, "test")) {
            assertThat(store.lease("one", run)).isEmpty();

            publish("one", 1000);

            assertThat(store.lease("one", run)).isPresent();
        }
    }

    @Test
    void of_two_with_one_name_the_first_stays() throws IOException {
        publish("same", 1000);
        publish("same", 2000);

        assertThat(removed).containsExactly("draft-same");
        assertThat(TemplateStore.size(home.templates().resolve("same"))).isEqualTo(1000);
    }

    @Test
    void the_limit_is_a_size_with_a_unit() {
        assertThat(TemplateLimit.parse("20GiB")).isEqualTo(20L << 30);
        assertThat(TemplateLimit.parse("500 M")).isEqualTo(500L << 20);
        assertThatThrownBy(() -> TemplateLimit.parse("lots"))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("REHEARSE_TEMPLATE_LIMIT");
    }
}
