namespace DpsPortal.Features.Instances.Creation;

internal enum WizardStep
{
    Start,
    Basics,
    Encryption,
    Identity,
    Preflight,
    Review,
}
