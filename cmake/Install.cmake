# what goes where
