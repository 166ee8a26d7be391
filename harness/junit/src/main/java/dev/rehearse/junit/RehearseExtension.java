package dev.rehearse.junit;

import dev.rehearse.report.RehearsalReport;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Gives a test the {@link RehearsalReport} of its {@link Rehearse}. Registered by the annotation. Stateless. */
public final class RehearseExtension implements BeforeEachCallback, ParameterResolver {

    /** Rehearses before the parameters are resolved, so that what goes wrong is told as it is and not as a parameter's failure. */
    @Override
    public void beforeEach(ExtensionContext context) throws InterruptedException {
        Method test = context.getRequiredTestMethod();
        if (!isForEachMigration(test) && Arrays.asList(test.getParameterTypes()).contains(RehearsalReport.class)) {
            report(context);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType().equals(RehearsalReport.class)
                && !(parameter.getDeclaringExecutable() instanceof Method test && isForEachMigration(test));
    }

    @Override
    public RehearsalReport resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return uninterrupted(() -> report(context));
    }

    private static boolean isForEachMigration(Method test) {
        return AnnotationSupport.isAnnotated(test, EachMigration.class);
    }

    private static RehearsalReport report(ExtensionContext context) throws InterruptedException {
        return Rehearsed.at(Place.of(context), context).report();
    }

    /** What may be interrupted. */
    @FunctionalInterface
    interface Interruptible {
        RehearsalReport get() throws InterruptedException;
    }

    static RehearsalReport uninterrupted(Interruptible rehearsal) {
        try {
            return rehearsal.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ParameterResolutionException("The rehearsal was interrupted.", e);
        }
    }
}
