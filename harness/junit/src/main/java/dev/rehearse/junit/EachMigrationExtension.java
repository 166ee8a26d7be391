package dev.rehearse.junit;

import dev.rehearse.plan.Rehearsal;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.Migration;
import dev.rehearse.report.ReportOfOne;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** Makes an {@link EachMigration} test's invocations. Stateless. */
final class EachMigrationExtension implements TestTemplateInvocationContextProvider {

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        try {
            return invocations(context);
        } catch (RuntimeException e) {
            throw Traces.cut(e);
        }
    }

    private static Stream<TestTemplateInvocationContext> invocations(ExtensionContext context) {
        Place place = Place.of(context);
        Rehearsal plan =
                new Plans(place, Outside.of(context::getConfigurationParameter), JavaWorkload.NONE).rehearsal();
        List<Pending> migrations = Pending.of(plan.migration());
        Invocation all = new Invocation(place, plan.name() + (migrations.size() == 1 ? "" : " (all)"), null);
        Stream<Invocation> each =
                migrations.stream().map(migration -> new Invocation(place, migration.name(), migration.id()));
        return migrations.size() == 1 ? Stream.of(all) : Stream.concat(each, Stream.of(all));
    }

    /** @param migration what this test is about; null: all of them */
    private record Invocation(
            Place place, String name, @Nullable String migration)
            implements TestTemplateInvocationContext, BeforeEachCallback, ParameterResolver {

        @Override
        public String getDisplayName(int index) {
            return name;
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(this);
        }

        @Override
        public void beforeEach(ExtensionContext context) throws InterruptedException {
            RehearsalReport all = all(context);
            if (migration != null) {
                Optional<Migration> own = own(all);
                if (own.isEmpty() || own.get().outcome().equals("NOT_RUN")) {
                    Assumptions.abort(name + " was not run: " + why(all));
                }
            }
        }

        /** What kept this migration from being run. */
        private static String why(RehearsalReport all) {
            return all.migrations().stream()
                    .filter(m -> m.outcome().equals("FAILED") || m.outcome().equals("UNKNOWN"))
                    .findFirst()
                    .map(failed -> failed.id() + " failed before it.")
                    .orElse("the rehearsal did not come to it; the verdict for all is " + all.verdict() + ".");
        }

        private Optional<Migration> own(RehearsalReport all) {
            return all.migrations().stream()
                    .filter(m -> m.id().equals(migration))
                    .findFirst();
        }

        private RehearsalReport all(ExtensionContext context) throws InterruptedException {
            return Rehearsed.at(place, context).report();
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType().equals(RehearsalReport.class);
        }

        @Override
        public RehearsalReport resolveParameter(ParameterContext parameter, ExtensionContext context) {
            RehearsalReport all = RehearseExtension.uninterrupted(() -> all(context));
            return own(all).map(own -> ReportOfOne.of(all, own, name)).orElse(all);
        }
    }
}
