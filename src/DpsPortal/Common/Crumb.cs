namespace DpsPortal.Common;

/// <summary>A step of the trail above a page's heading.</summary>
public sealed record Crumb(string Text, string Href);
