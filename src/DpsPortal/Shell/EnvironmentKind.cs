namespace DpsPortal.Shell;

internal enum EnvironmentKind
{
    Simulated,
    Azure,
}
