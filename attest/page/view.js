window.rulewright = Object.freeze({ verify, examine, models: () => MODELS, limits: () => LIMITS });
