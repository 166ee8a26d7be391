package dev.rehearse.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Test classes run by Jupiter inside of a test, and how they ended. */
record Executed(EngineExecutionResults results) {

    static Executed of(Class<?>... classes) {
        return of(Map.of(), classes);
    }

    static Executed of(Map<String, String> parameters, Class<?>... classes) {
        return new Executed(EngineTestKit.engine("junit-jupiter")
                .selectors(Stream.of(classes).map(c -> selectClass(c)).toArray(ClassSelector[]::new))
                .configurationParameters(parameters)
                .execute());
    }

    void succeeded(int tests) {
        List<Throwable> failures = failures();
        if (!failures.isEmpty()) {
            throw new AssertionError("A test failed.", failures.get(0));
        }
        results.testEvents().assertStatistics(stats -> stats.started(tests).succeeded(tests));
    }

    List<Map<String, String>> entries() {
        return results.allEvents().reportingEntryPublished().stream()
                .map(event -> event.getRequiredPayload(ReportEntry.class).getKeyValuePairs())
                .toList();
    }

    /** Of tests and containers. */
    List<Throwable> failures() {
        return results.allEvents().finished().stream()
                .flatMap(event -> event.getRequiredPayload(TestExecutionResult.class).getThrowable().stream())
                .toList();
    }

    List<String> names() {
        return results.testEvents().started().stream()
                .map(event -> event.getTestDescriptor().getDisplayName())
                .toList();
    }

    /** How the test of that name ended. */
    TestExecutionResult of(String name) {
        return results.testEvents().finished().stream()
                .filter(event -> event.getTestDescriptor().getDisplayName().equals(name))
                .map(event -> event.getRequiredPayload(TestExecutionResult.class))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No test " + name + " among " + names()));
    }
}
