package dev.rehearse.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.EnvironmentException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class TracesTest {

    @Test
    void what_the_machine_lacks_is_told_without_traces() {
        EnvironmentException failure = new EnvironmentException("no such file", new NoSuchFileException("it"));

        assertThat(Traces.cut(failure)).isSameAs(failure);
        assertThat(failure.getStackTrace()).isEmpty();
        assertThat(failure.getCause().getStackTrace()).isEmpty();
    }

    @Test
    void the_trace_of_a_bug_is_kept_wherever_it_stands() {
        IllegalStateException bug = new IllegalStateException("a bug");
        EnvironmentException failure = new EnvironmentException("the engine does not answer", bug);

        assertThat(Traces.cut(failure).getStackTrace()).isEmpty();
        assertThat(Traces.cut(bug).getStackTrace()).isNotEmpty();
    }
}
