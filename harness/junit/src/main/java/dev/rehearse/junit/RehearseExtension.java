package dev.rehearse.junit;

import dev.rehearse.junit.Rehearsed.Planned;
import dev.rehearse.report.RehearsalReport;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Gives a test the {@link RehearsalReport} of its {@link Rehearse}. Registered by the annotation. Stateless. */
public final class RehearseExtension implements BeforeEachCallback, ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(RehearseExtension.class);

    /** Where the annotation stands, which is also where its report is kept. */
    record Place(Rehearse annotation, ExtensionContext context) {}

    /** Rehearses before the parameters are resolved, so that what goes wrong is told as it is and not as a parameter's failure. */
    @Override
    public void beforeEach(ExtensionContext context) throws InterruptedException {
        if (Arrays.asList(context.getRequiredTestMethod().getParameterTypes()).contains(RehearsalReport.class)) {
            report(context);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType().equals(RehearsalReport.class);
    }

    @Override
    public RehearsalReport resolveParameter(ParameterContext parameter, ExtensionContext context) {
        try {
            return report(context);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ParameterResolutionException("The rehearsal was interrupted.", e);
        }
    }

    private static RehearsalReport report(ExtensionContext context) throws InterruptedException {
        Place place = place(context);
        return place.context()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(Rehearsed.class, key -> new Rehearsed(() -> planned(place)), Rehearsed.class)
                .report(place.context()::publishReportEntry);
    }

    /** The annotation on the method, on its class, or on a class around that. */
    static Place place(ExtensionContext context) {
        for (Optional<ExtensionContext> at = Optional.of(context);
                at.isPresent();
                at = at.get().getParent()) {
            ExtensionContext here = at.get();
            Optional<Rehearse> annotation = AnnotationSupport.findAnnotation(here.getElement(), Rehearse.class);
            if (annotation.isPresent()) {
                return new Place(annotation.get(), here);
            }
        }
        throw new ParameterResolutionException(
                "There is no @Rehearse on " + context.getDisplayName() + " or around it, so there is no report.");
    }

    private static Planned planned(Place place) {
        Outside outside = Outside.of(place.context()::getConfigurationParameter);
        return new Planned(
                new Plans(place.annotation(), outside).whole(),
                outside.get("database").orElse(place.annotation().database()),
                runs(place.annotation(), outside));
    }

    private static Path runs(Rehearse annotation, Outside outside) {
        return outside.get("out")
                .or(() -> Optional.of(annotation.out()).filter(out -> !out.isEmpty()))
                .map(Path::of)
                .orElseGet(() -> BuildFolder.in(Path.of("")).resolve("rehearsals"));
    }
}
