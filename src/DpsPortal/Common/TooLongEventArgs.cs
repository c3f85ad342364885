namespace DpsPortal.Common;

/// <summary>Of a text that is longer than its field takes only the length is sent.</summary>
public sealed class TooLongEventArgs : EventArgs
{
    /// <summary>Instead of a length: the browser shows something in the field and gives out nothing, as of half a date.</summary>
    public const int Unfinished = -1;

    public int Length { get; set; }
}
