namespace DpsPortal.Shell;

/// <summary>Kept in the cookie <c>theme</c>; without one the system decides.</summary>
public enum ThemeChoice
{
    System,
    Light,
    Dark,
}
