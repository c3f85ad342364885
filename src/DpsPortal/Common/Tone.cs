namespace DpsPortal.Common;

/// <summary>How good the news is. Shown as icon, text and colour together, never as colour alone.</summary>
public enum Tone
{
    Neutral,
    Good,
    Info,
    Warning,
    Bad,
}
