package dev.rehearse.junit;

import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Where a {@link Rehearse} stands.
 *
 * @param context of the class or method that carries it, where what is rehearsed for it is kept
 */
record Place(Rehearse annotation, ExtensionContext context) {

    /** The annotation on the method, on its class, or on a class around that. */
    static Place of(ExtensionContext context) {
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

    /** The test class that has the annotation, or whose method has it. */
    Class<?> testClass() {
        return context.getRequiredTestClass();
    }

    /** The instance of that class which the asking test runs on. */
    Optional<?> instance(ExtensionContext asking) {
        return asking.getTestInstances().flatMap(instances -> instances.findInstance(testClass()));
    }
}
