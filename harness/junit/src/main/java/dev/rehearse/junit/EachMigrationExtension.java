package dev.rehearse.junit;

import dev.rehearse.report.RehearsalReport;
import java.util.List;
import java.util.stream.Stream;
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
        Place place = Place.of(context);
        return new Plans(place.annotation(), Outside.of(context::getConfigurationParameter), JavaWorkload.NONE)
                .steps().stream().map(step -> new Invocation(step));
    }

    /** One migration: a test of its own, for which it is rehearsed. */
    private record Invocation(Plans.Step step)
            implements TestTemplateInvocationContext, BeforeEachCallback, ParameterResolver {

        @Override
        public String getDisplayName(int index) {
            return step.name();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(this);
        }

        @Override
        public void beforeEach(ExtensionContext context) throws InterruptedException {
            report(context);
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType().equals(RehearsalReport.class);
        }

        @Override
        public RehearsalReport resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return RehearseExtension.uninterrupted(() -> report(context));
        }

        private RehearsalReport report(ExtensionContext context) throws InterruptedException {
            return Rehearsed.in(context, context, Place.of(context), step).report(context::publishReportEntry);
        }
    }
}
