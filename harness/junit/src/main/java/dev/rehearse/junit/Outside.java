package dev.rehearse.junit;

import dev.rehearse.plan.build.RehearsalBuilder;
import dev.rehearse.plan.build.RehearsalFile;
import java.util.Optional;
import java.util.function.Function;

/**
 * What is said from outside of the tests: {@code rehearse.*} as a JUnit configuration parameter, which a system property is, or else as an
 * environment variable. What is blank counts as not said. Stateless.
 *
 * @param parameters JUnit's configuration parameters
 * @param environment the variables of the environment
 */
record Outside(Function<String, Optional<String>> parameters, Function<String, Optional<String>> environment) {

    /** @throws dev.rehearse.InvalidRehearsalException if a property or a variable is there that was meant for one of ours */
    static Outside of(Function<String, Optional<String>> parameters) {
        SettingNames.mustBeKnownProperties(System.getProperties().stringPropertyNames());
        SettingNames.mustBeKnownVariables(System.getenv().keySet());
        return new Outside(parameters, name -> Optional.ofNullable(System.getenv(name)));
    }

    Optional<String> get(String key) {
        return find(key).map(Setting::value);
    }

    Optional<Setting> find(String key) {
        return said(SettingNames.property(key), parameters).or(() -> said(SettingNames.variable(key), environment));
    }

    private static Optional<Setting> said(String name, Function<String, Optional<String>> asked) {
        return asked.apply(name)
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .map(value -> new Setting(name, value));
    }

    /** Lays every value of a plan that is said outside over the plan. */
    void layOver(RehearsalBuilder plan) {
        for (String key : RehearsalFile.keysOfOneValue()) {
            find(key).ifPresent(setting -> plan.set(setting.name(), key, setting.value()));
        }
    }
}
